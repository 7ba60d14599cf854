#pragma once

#include <string>

#include "core/config/client_profile.h"

namespace pamjwt {

/// Formats `profile` as text that ParseClientProfile reads as an equal profile, if it reads it at
/// all. Options with their defaults are left out.
std::string FormatClientProfile(const ClientProfile& profile);

}  // namespace pamjwt
