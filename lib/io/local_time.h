#pragma once

#include <string>

#include "core/base/time.h"

namespace pamjwt {

/// Formats `time` in the time zone of this host (TZ of the process, else /etc/localtime): "at 14:05
/// CET", or "on 2027-01-15 at 14:05 CET" if `now` is on another day. Returns "" if the time has no
/// local form. Does not depend on the locale.
std::string LocalTimeText(UnixTime time, UnixTime now);

}  // namespace pamjwt
