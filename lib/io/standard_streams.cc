#include "io/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace pamjwt {

void KeepStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free is that of the stream.
    open("/dev/null", O_RDONLY);
  }
}

}  // namespace pamjwt
