#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt {

// The checks of [denylist]. Errors: kConfigInvalid, with the line of the option.

/// Checks that a feed has a key set of its own.
Status CheckFeedKeys(const DenylistOptions& denylist);
/// Checks that no option is given without `url`, which says that there is a feed, and that `url`
/// may stand in the list that is made of the feed.
Status CheckFeedUrl(const DenylistOptions& denylist);

}  // namespace pamjwt
