#pragma once

#include <string>

#include "core/denylist/denylist.h"

namespace pamjwt::ctl {

/// Returns "account alice" or "sub 1234 of https://sso.example", for people.
std::string Show(const Denial& denial);

/// Returns "line 3: WHY: TEXT", for people, with at most 200 bytes of the line.
std::string Show(const DenylistDamage& damage);

}  // namespace pamjwt::ctl
