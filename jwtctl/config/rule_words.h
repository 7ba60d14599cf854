#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/account/rules.h"

namespace pamjwt::ctl {

/// Returns the number of lines of a map file as text, for example "12 lines".
using MapSize = std::function<std::string(const std::string& path)>;

/// Says in words which tokens each rule lets in, and as which account, one text per rule:
/// `email "alice@example.com" logs in as alice`. Rules that differ only in the account become one
/// text. At most kMaxRuleWords texts are returned, and the last one then says how many rules are
/// left out.
std::vector<std::string> DescribeRules(const std::vector<AccountRule>& rules,
                                       const MapSize& map_size);

/// Says in words when a condition holds: `groups has "ops" or "sre"`. Of a long list, the first
/// values are named.
std::string DescribeCondition(const Condition& condition);

/// The most rules of one list that are described.
inline constexpr std::size_t kMaxRuleWords = 50;

}  // namespace pamjwt::ctl
