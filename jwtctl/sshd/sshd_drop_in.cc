#include "jwtctl/sshd/sshd_drop_in.h"

#include <algorithm>
#include <vector>

#include "core/base/ascii.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/sshd/sshd_settings.h"
#include "jwtctl/text/marked_block.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

using Words = std::vector<std::string>;

bool IsYes(const Words& words) {
  return words.size() == 2 && ToLowerAscii(words.back()) == "yes";
}

bool SwitchesPromptsOn(const Words& words) {
  return IsYes(words) && (words.front() == "kbdinteractiveauthentication" ||
                          words.front() == "challengeresponseauthentication");
}

bool RunsOurCommand(const Words& words) {
  return words.size() > 1 && words.front() == "authorizedkeyscommand" && words[1] == kKeysProgram;
}

/// Returns whether a line is one by which sshd takes tokens.
bool TakesTokens(const Words& words) {
  return SwitchesPromptsOn(words) || RunsOurCommand(words) ||
         (IsYes(words) && words.front() == "usepam") ||
         (words.size() == 2 && words.front() == "authorizedkeyscommanduser" &&
          words.back() == kKeysUser);
}

bool IsOwnLine(std::string_view line) {
  return line.starts_with('#') || TakesTokens(SshdWords(line));
}

/// Returns the lines of a text that stand outside of Match blocks, which hold for some users only,
/// and for which `is_wanted` holds; with `and_match` also all lines of the Match blocks.
template <typename IsWanted>
std::vector<std::string_view> LinesOf(std::string_view text, bool and_match, IsWanted is_wanted) {
  std::vector<std::string_view> lines;
  bool in_match = false;
  for (const std::string_view line : SplitLines(text)) {
    const Words words = SshdWords(line);
    in_match |= !words.empty() && words.front() == "match";
    if (in_match ? and_match : is_wanted(words)) lines.push_back(line);
  }
  return lines;
}

std::string LinesOfRecipe(const SshdRecipe& recipe) {
  std::string lines = "# sshd takes the first value that it reads.\nUsePAM yes\n";
  if (recipe.prompts) {
    lines += "# Tokens come by keyboard-interactive.\nKbdInteractiveAuthentication yes\n";
  }
  if (!recipe.keys_command.empty()) {
    lines += "# Tokens come in ssh certificates.\nAuthorizedKeysCommand " + recipe.keys_command +
             "\nAuthorizedKeysCommandUser " + kKeysUser + "\n";
  }
  return lines;
}

}  // namespace

bool BeginsWithDropIns(std::string_view sshd_config) {
  for (const std::string_view line : SplitLines(sshd_config)) {
    const Words words = SshdWords(line);
    if (words.empty()) continue;
    if (words.front() != "include") return false;
    for (const char* const pattern : {"/etc/ssh/sshd_config.d/*.conf", "sshd_config.d/*.conf"}) {
      if (std::find(words.begin(), words.end(), pattern) != words.end()) return true;
    }
  }
  return false;
}

Result<std::string> EnableInDropIn(std::string_view text, const SshdRecipe& recipe) {
  Result<std::string> rest = WithoutMarkedBlocks(text, IsOwnLine);
  if (!rest.ok()) return rest;
  return MarkedBlock(LinesOfRecipe(recipe)) + rest.value();
}

bool HasTokensAsked(std::string_view text) {
  const Result<std::string> bare = DisableInDropIn(text);
  return !bare.ok() || bare.value() != text;
}

std::string OurCommandIn(std::string_view text) {
  const auto is_ours = [](const Words& words) { return RunsOurCommand(words); };
  const std::vector<std::string_view> lines = LinesOf(text, false, is_ours);
  return lines.empty() ? "" : std::string(SshdValue(lines.front()));
}

bool SwitchesPromptsOn(std::string_view text) {
  const auto is_on = [](const Words& words) { return SwitchesPromptsOn(words); };
  return !LinesOf(text, false, is_on).empty();
}

Result<std::string> DisableInDropIn(std::string_view text) {
  const Result<std::string> bare = WithoutMarkedBlocks(text, IsOwnLine);
  if (!bare.ok()) return bare.error();
  std::string rest;
  const auto stays = [](const Words& words) { return !TakesTokens(words); };
  for (const std::string_view line : LinesOf(bare.value(), true, stays)) {
    rest += line;
  }
  return rest;
}

}  // namespace pamjwt::ctl
