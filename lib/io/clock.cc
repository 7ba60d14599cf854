#include "io/clock.h"

#include <time.h>

namespace pamjwt {

UnixTime Now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return UnixTime{now.tv_sec};
}

}  // namespace pamjwt
