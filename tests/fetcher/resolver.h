#pragma once

namespace pamjwt::test {

/// This program's getaddrinfo, which libcurl calls in place of libc's: NAME.test is 127.0.0.1,
/// hang.test answers nothing until this is called, numbers are themselves; nothing else exists.
void ReleaseHangingLookups();

}  // namespace pamjwt::test
