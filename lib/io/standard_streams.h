#pragma once

namespace pamjwt {

/// Opens those standard streams that are closed, on /dev/null, so that no other file gets their
/// numbers.
void KeepStandardStreams();

}  // namespace pamjwt
