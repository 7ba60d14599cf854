#pragma once

namespace pamjwt {

/// Opens those standard streams that are closed, on /dev/null, so that no other file gets their
/// numbers. Standard input is at its end then, and writing to the others fails with EBADF, as if
/// they were still closed: a program that was to print something must not end well.
void KeepStandardStreams();

}  // namespace pamjwt
