#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "jwtctl/stack/stack_edit.h"

namespace pamjwt::test {
namespace {

using ctl::StackRule;

bool IsOurs(const StackRule& rule, std::string_view type) {
  return rule.IsOurModule() && rule.type == type;
}

/// Checks the places of the lines: no rule before them asks or decides about accounts, and with a
/// session line no rule before it opens a session.
void CheckPlaces(std::string_view enabled, const ctl::StackRecipe& recipe) {
  const Result<std::vector<StackRule>> rules = ctl::ParseStack(enabled);
  Require(rules.ok(), "a changed stack can be read");
  const auto first = [&rules](const auto& wanted) {
    return *std::find_if(rules.value().begin(), rules.value().end(), wanted);
  };
  const auto asks = [](const StackRule& rule) { return rule.MayAsk(); };
  const auto decides = [](const StackRule& rule) { return rule.MayDecideAccounts(); };
  if (recipe.asks) Require(IsOurs(first(asks), "auth"), "nothing asks in front of pam_jwt");
  Require(IsOurs(first(decides), "account"), "nothing decides in front of pam_jwt");
  const auto opens = [](const StackRule& rule) { return rule.MayOpenSessions(); };
  const bool has_sessions = std::any_of(rules.value().begin(), rules.value().end(), opens);
  Require(has_sessions || !recipe.by_certificate, "the session line does not stand alone");
  const bool wants_line = recipe.ends_session || recipe.records_session || recipe.by_certificate;
  if (!has_sessions || !wants_line) return;
  Require(IsOurs(first(opens), "session"), "nothing opens sessions in front of pam_jwt");
}

/// Checks that no rule of pam_jwt is left, and that all other rules are left.
void CheckBare(std::string_view text, std::string_view bare) {
  const Result<std::vector<StackRule>> before = ctl::ParseStack(text);
  const Result<std::vector<StackRule>> after = ctl::ParseStack(bare);
  Require(before.ok() && after.ok(), "a stack that is disabled can be read");
  const auto ours = std::count_if(before.value().begin(), before.value().end(),
                                  [](const StackRule& rule) { return rule.IsOurModule(); });
  Require(after.value().size() + static_cast<std::size_t>(ours) == before.value().size(),
          "disable takes out the rules of pam_jwt, and no others");
  Require(std::none_of(after.value().begin(), after.value().end(),
                       [](const StackRule& rule) { return rule.IsOurModule(); }),
          "no rule of pam_jwt is left");
}

void Check(std::string_view text, const ctl::StackRecipe& recipe) {
  const Result<std::string> enabled = ctl::EnableInStack(text, recipe);
  const Result<std::string> bare = ctl::DisableInStack(text);
  if (bare.ok()) CheckBare(text, bare.value());
  if (!enabled.ok()) return;
  const Result<std::string> back = ctl::DisableInStack(enabled.value());
  Require(back.ok() && bare.ok() && back.value() == bare.value(), "disable takes enable back");
  const Result<std::string> again = ctl::EnableInStack(enabled.value(), recipe);
  Require(again.ok() && again.value() == enabled.value(), "a second enable changes nothing");
  CheckPlaces(enabled.value(), recipe);
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = pamjwt::AsText({data, size});
  pamjwt::test::Check(text, {});
  pamjwt::test::Check(text, {.ends_session = true});
  pamjwt::test::Check(text, {.or_password = true, .records_session = true});
  pamjwt::test::Check(text, {.or_password = true, .config_path = "/srv/pam_jwt.toml"});
  pamjwt::test::Check(text, {.asks = false, .by_certificate = true});
  pamjwt::test::Check(
      text, {.ends_session = true, .config_path = "/srv/pam_jwt.toml", .by_certificate = true});
  return 0;
}
