#pragma once

namespace pamjwt::test {

/// Ends the wait of all lookups of hang.test. This program has a getaddrinfo() of its own, which
/// libcurl calls in place of libc's. It resolves NAME.test and localhost to 127.0.0.1, hang.test
/// only after this call, and numeric addresses to themselves. No other name exists.
void ReleaseHangingLookups();

}  // namespace pamjwt::test
