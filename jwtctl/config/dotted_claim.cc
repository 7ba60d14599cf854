#include "jwtctl/config/dotted_claim.h"

#include <algorithm>

namespace pamjwt::ctl {

bool LooksLikeDottedPath(std::string_view claim) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  const bool has_dot = claim.find('.') != std::string_view::npos;
  return has_dot && !claim.starts_with("wlcg.") && !claim.starts_with('.') &&
         !claim.ends_with('.') && std::all_of(claim.begin(), claim.end(), fits);
}

}  // namespace pamjwt::ctl
