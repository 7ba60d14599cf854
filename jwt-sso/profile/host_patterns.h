#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::sso {

/// Checks whether `host` matches a list of patterns as ssh_config(5) has them: one that has no "!"
/// matches, and none that has one. "*" stands for any characters, "?" for one. The case of letters
/// does not matter. The time grows at most with the product of the two lengths.
bool MatchesHost(const std::vector<std::string>& patterns, std::string_view host);

}  // namespace pamjwt::sso
