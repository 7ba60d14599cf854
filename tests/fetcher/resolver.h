#pragma once

namespace pamjwt::test {

// This program has a getaddrinfo() of its own, which libcurl calls in place of libc's. It resolves
// NAME.test and localhost to 127.0.0.1, and numeric addresses to themselves. A lookup of hang.test
// hangs until it is released. No other name exists.

/// Ends the wait of all lookups of hang.test that hang now.
void ReleaseHangingLookups();
/// Waits until a lookup of hang.test hangs.
void AwaitHangingLookup();

}  // namespace pamjwt::test
