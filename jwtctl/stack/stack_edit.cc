#include "jwtctl/stack/stack_edit.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "jwtctl/stack/stack_control.h"
#include "jwtctl/text/marked_block.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

Error RefuseLine(std::size_t line, const std::string& why) {
  return Refuse("line " + std::to_string(line + 1) + " " + why);
}

using RulePosition = std::vector<StackRule>::const_iterator;

/// Returns how many rules of a type there are at least, from `begin` to `end`. An included file may
/// have no rules.
std::size_t FewestRules(std::string_view type, RulePosition begin, RulePosition end) {
  return static_cast<std::size_t>(std::count_if(begin, end, [type](const StackRule& rule) {
    return rule.type == type && (!rule.IncludesFile() || rule.control == "substack");
  }));
}

/// Finds the first rule of a type, except those of pam_jwt, that may jump over `place`. Returns
/// `place` if no rule does.
RulePosition FindJumpOver(std::string_view type, RulePosition begin, RulePosition place) {
  return std::find_if(begin, place, [&](const StackRule& rule) {
    const RulePosition next = std::next(begin, &rule - &*begin + 1);
    return rule.type == type && !rule.IsOurModule() &&
           LongestJump(ParseControl(rule.control)) > FewestRules(type, next, place);
  });
}

/// Checks that no rule jumps over the place of a new rule. A jump counts the rules of its type, so
/// the new rule would change where it ends.
Status CheckJumps(std::string_view type, RulePosition begin, RulePosition place) {
  const RulePosition jump = FindJumpOver(type, begin, place);
  if (jump == place) return Ok();
  return RefuseLine(jump->line,
                    "jumps over the place where pam_jwt.so belongs: put the lines in by hand, and "
                    "change the jump");
}

/// Checks whether a line between the marks is one that jwtctl may have written.
bool IsOwnLine(std::string_view line) {
  const Result<std::vector<StackRule>> rules = ParseStack(line);
  return rules.ok() &&
         std::all_of(
             rules.value().begin(), rules.value().end(),
             [](const auto& rule) { return rule.IsOurModule() && rule.type != "password"; }) &&
         !rules.value().empty();
}

std::string AuthLine(const StackRecipe& recipe) {
  const std::string success = recipe.jump == 0 ? "done" : std::to_string(recipe.jump);
  std::string line =
      "auth     [success=" + success +
      (recipe.or_password
           ? " ignore=ignore cred_insufficient=ignore service_err=ignore module_unknown=ignore "
             "default=die] pam_jwt.so [prompt=Password or token: ]"
           : " ignore=ignore default=die] pam_jwt.so token_only");
  if (!recipe.config_path.empty()) line += " config=" + recipe.config_path;
  return line + "\n";
}

/// Returns a rule of the module, behind its type, that can refuse. Where passwords let users in as
/// well, they do so too without the module.
std::string RefusingRule(const StackRecipe& recipe) {
  return recipe.or_password ? "[success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore "
                              "default=bad] pam_jwt.so\n"
                            : "required pam_jwt.so\n";
}

std::string AccountLine(const StackRecipe& recipe) {
  return "account  " + RefusingRule(recipe);
}

/// Returns the session line. It must be able to refuse a session by certificate, and, where
/// sessions are recorded, one of somebody who was denied during the login. Only with certificates
/// it needs the configuration.
std::string SessionLine(const StackRecipe& recipe) {
  if (recipe.by_certificate) {
    const std::string option = recipe.config_path.empty() ? "" : " config=" + recipe.config_path;
    return "session  required pam_jwt.so" + option + "\n";
  }
  return "session  " + (recipe.records_session ? RefusingRule(recipe) : "optional pam_jwt.so\n");
}

/// Returns `text` with `block` in front of one of its lines.
std::string Inserted(std::string_view text, std::size_t line, std::string_view block) {
  std::string out;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == line) out += block;
    out += lines[i];
  }
  return out;
}

std::string WithoutOurRules(std::string_view text, const std::vector<StackRule>& rules) {
  std::vector<std::string_view> lines = SplitLines(text);
  for (const StackRule& rule : rules) {
    if (!rule.IsOurModule()) continue;
    std::fill(lines.begin() + static_cast<std::ptrdiff_t>(rule.line),
              lines.begin() + static_cast<std::ptrdiff_t>(rule.next_line), "");
  }
  std::string rest;
  for (const std::string_view line : lines) {
    rest += line;
  }
  return rest;
}

/// Returns `text` if it can be parsed. Text that cannot be parsed must not be written.
Result<std::string> ReadAgain(std::string text, const ModuleNames& names) {
  const Result<std::vector<StackRule>> rules = ParseStack(text, names);
  if (!rules.ok()) return rules.error();
  return text;
}

/// Checks that pam_jwt is not in the stack.
Status CheckAbsent(const std::vector<StackRule>& rules) {
  const auto is_ours = [](const StackRule& rule) { return rule.IsOurModule(); };
  const auto ours = std::find_if(rules.begin(), rules.end(), is_ours);
  if (ours == rules.end()) return Ok();
  return RefuseLine(
      ours->line,
      "has pam_jwt.so, and jwtctl did not put it there: take it out first, with jwtctl disable");
}

/// The lines to put in, by the line, from 0, in front of which they go.
using LinesByPlace = std::map<std::size_t, std::string>;

Result<LinesByPlace> PlaceLines(const std::vector<StackRule>& rules, const StackRecipe& recipe) {
  const auto may_ask = [](const StackRule& rule) { return rule.MayAsk(); };
  const auto decides = [](const StackRule& rule) { return rule.MayDecideAccounts(); };
  const auto account = std::find_if(rules.begin(), rules.end(), decides);
  const auto asks = recipe.asks ? std::find_if(rules.begin(), rules.end(), may_ask) : account;
  if (asks == rules.end() && recipe.asks) {
    return Refuse("no rule asks for a password, so there is no place in front of it");
  }
  if (account == rules.end()) {
    return Refuse("there is no account rule: pam_jwt.so alone would let nobody in");
  }
  Status jumps = recipe.asks ? CheckJumps("auth", rules.begin(), asks) : Ok();
  if (!jumps.ok()) return std::move(jumps).error();
  LinesByPlace lines;
  if (recipe.asks) lines[asks->line] = AuthLine(recipe);
  // If no rule above decides about accounts, both lines stand together.
  lines[std::min(asks->line, account->line)] += AccountLine(recipe);
  return lines;
}

/// Finds the rule in front of which the session line goes. Returns the end if no rule opens
/// sessions.
Result<RulePosition> FindSessionPlace(const std::vector<StackRule>& rules) {
  const auto opens = [](const StackRule& rule) { return rule.MayOpenSessions(); };
  const auto session = std::find_if(rules.begin(), rules.end(), opens);
  Status jumps = CheckJumps("session", rules.begin(), session);
  if (!jumps.ok()) return std::move(jumps).error();
  return session;
}

}  // namespace

StackRecipe ReadRecipe(std::string_view text, const ModuleNames& names) {
  StackRecipe recipe;
  recipe.asks = false;
  const Result<std::vector<StackRule>> rules = ParseStack(text, names);
  if (!rules.ok()) return recipe;
  for (const StackRule& rule : rules.value()) {
    if (rule.type != "auth" || !rule.IsOurModule()) continue;
    recipe.asks = true;
    recipe.or_password = rule.control.find("cred_insufficient=ignore") != std::string::npos;
  }
  return recipe;
}

Result<std::string> EnableInStack(std::string_view text, const StackRecipe& recipe,
                                  const ModuleNames& names) {
  const Result<std::vector<StackRule>> before = ParseStack(text, names);
  if (!before.ok()) return before.error();
  Result<std::string> bare = WithoutMarkedBlocks(text, IsOwnLine);
  if (!bare.ok()) return bare;
  const Result<std::vector<StackRule>> rules = ParseStack(bare.value(), names);
  if (!rules.ok()) return rules.error();
  Status absent = CheckAbsent(rules.value());
  if (!absent.ok()) return std::move(absent).error();
  Result<LinesByPlace> placed = PlaceLines(rules.value(), recipe);
  if (!placed.ok()) return std::move(placed).error();

  LinesByPlace lines = std::move(placed).value();
  if (recipe.ends_session || recipe.records_session || recipe.by_certificate) {
    const Result<RulePosition> session = FindSessionPlace(rules.value());
    if (!session.ok()) return session.error();
    const bool has_place = session.value() != rules.value().end();
    if (has_place) lines[session.value()->line] += SessionLine(recipe);
    if (!has_place && recipe.by_certificate) {
      return Refuse(
          "there is no session rule, and that of pam_jwt.so alone would take the place of those of "
          "the service other: first add one, such as `session required pam_unix.so`");
    }
  }
  std::string text_with_lines = std::move(bare).value();
  for (auto place = lines.rbegin(); place != lines.rend(); ++place) {
    text_with_lines = Inserted(text_with_lines, place->first, MarkedBlock(place->second));
  }
  return ReadAgain(std::move(text_with_lines), names);
}

Result<std::string> DisableInStack(std::string_view text, const ModuleNames& names) {
  const Result<std::vector<StackRule>> before = ParseStack(text, names);
  if (!before.ok()) return before.error();
  const Result<std::string> bare = WithoutMarkedBlocks(text, IsOwnLine);
  if (!bare.ok()) return bare.error();
  const Result<std::vector<StackRule>> rules = ParseStack(bare.value(), names);
  if (!rules.ok()) return rules.error();
  return ReadAgain(WithoutOurRules(bare.value(), rules.value()), names);
}

}  // namespace pamjwt::ctl
