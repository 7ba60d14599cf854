#pragma once

namespace pamjwt::test {

/// Ends the wait for hang.test. This program has a getaddrinfo of its own, which libcurl calls in
/// place of libc's: NAME.test is 127.0.0.1, hang.test has no answer before this call, numbers are
/// themselves, and no other name exists.
void ReleaseHangingLookups();

}  // namespace pamjwt::test
