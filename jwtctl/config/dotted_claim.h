#pragma once

#include <string_view>

namespace pamjwt::ctl {

/// Returns whether the name of a claim looks like a path with dots, such as realm_access.roles,
/// although it is one name. A url, which may be the name of a claim too, does not, nor do
/// wlcg.groups and wlcg.ver, whose dots are in the names that WLCG gave them.
bool LooksLikeDottedPath(std::string_view claim);

}  // namespace pamjwt::ctl
