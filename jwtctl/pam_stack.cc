#include "jwtctl/pam_stack.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

#include "jwtctl/marked_block.h"
#include "jwtctl/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kBlanks = " \t\n";
constexpr std::string_view kAtInclude = "@include";

// Modules of Linux-PAM that let in or refuse without a question. pam_jwt may stand behind them.
constexpr auto kQuietModules = std::to_array<std::string_view>(
    {"pam_access.so",     "pam_deny.so",     "pam_echo.so",     "pam_env.so",
     "pam_faildelay.so",  "pam_faillock.so", "pam_group.so",    "pam_issue.so",
     "pam_keyinit.so",    "pam_limits.so",   "pam_listfile.so", "pam_loginuid.so",
     "pam_motd.so",       "pam_nologin.so",  "pam_permit.so",   "pam_rootok.so",
     "pam_securetty.so",  "pam_selinux.so",  "pam_sepermit.so", "pam_shells.so",
     "pam_succeed_if.so", "pam_time.so",     "pam_umask.so",    "pam_usertype.so",
     "pam_warn.so",       "pam_wheel.so"});

// Files of Debian that hold rules of one type only.
constexpr std::string_view kDebianAuth = "common-auth";
constexpr std::string_view kDebianAccount = "common-account";
constexpr std::string_view kDebianPassword = "common-password";
constexpr auto kDebianOthers = std::to_array<std::string_view>(
    {kDebianPassword, "common-session", "common-session-noninteractive"});

template <typename List>
bool Holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

Error RefuseLine(std::size_t line, const std::string& why) {
  return Refuse("line " + std::to_string(line + 1) + " " + why);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsBlankOrComment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  return first == std::string_view::npos || line[first] == '#';
}

/// Takes the next word, which may be [words in brackets], off the front.
std::string_view TakeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  if (text.starts_with('[')) {
    end = text.find(']');
    while (end != std::string_view::npos && text[end - 1] == '\\') {
      end = text.find(']', end + 1);
    }
    end = end == std::string_view::npos ? text.size() : end + 1;
  }
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

/// What is left of a rule behind the module.
std::vector<std::string> TakeOptions(std::string_view text) {
  std::vector<std::string> options;
  for (std::string_view word = TakeWord(text); !word.empty(); word = TakeWord(text)) {
    if (word.starts_with('[')) word.remove_prefix(1);
    if (word.ends_with(']')) word.remove_suffix(1);
    options.emplace_back(word);
  }
  return options;
}

/// A rule from its text; no target if it is none that libpam knows.
StackRule ParseRule(std::size_t line, std::string_view text) {
  constexpr auto kTypes =
      std::to_array<std::string_view>({"auth", "account", "password", "session"});
  std::string type = Lower(TakeWord(text));
  if (type == kAtInclude) return {line, type, "include", std::string(TakeWord(text))};
  if (type.starts_with('-')) type.erase(0, 1);
  const std::string_view written = TakeWord(text);
  // What stands in brackets is compared as it is written.
  std::string control = written.starts_with('[') ? std::string(written) : Lower(written);
  std::string target(TakeWord(text));
  if (!Holds(kTypes, type)) target.clear();
  return {line, std::move(type), std::move(control), std::move(target), TakeOptions(text)};
}

/// Goes through the lines, and puts together those that are continued.
class StackReader {
 public:
  explicit StackReader(std::string_view text) : lines_(SplitLines(text)) {}

  Result<std::vector<StackRule>> Read() {
    std::vector<StackRule> rules;
    for (SkipComments(); next_ < lines_.size(); SkipComments()) {
      const std::size_t line = next_;
      const Result<std::string> text = TakeRule();
      if (!text.ok()) return text.error();
      rules.push_back(ParseRule(line, text.value()));
      if (rules.back().target.empty()) return RefuseLine(line, "is no rule of a PAM stack");
    }
    return rules;
  }

 private:
  void SkipComments() {
    while (next_ < lines_.size() && IsBlankOrComment(lines_[next_])) {
      ++next_;
    }
  }

  /// Comments and blank lines may stand between a line and what continues it.
  Result<std::string> TakeRule() {
    std::string rule;
    for (; next_ < lines_.size(); SkipComments()) {
      const std::string_view line = lines_[next_++];
      const std::string_view text = WithoutEnd(line.substr(0, line.find('#')));
      const bool is_continued = line.find('#') == std::string_view::npos && text.ends_with('\\');
      rule += text.substr(0, text.size() - (is_continued ? 1 : 0));
      if (!is_continued) return rule;
      rule += ' ';
    }
    return RefuseLine(lines_.size() - 1, "is continued, and nothing follows");
  }

  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
};

/// The most rules that a control such as [success=2 default=ignore] jumps over.
std::size_t LongestJump(std::string_view control) {
  std::size_t longest = 0;
  for (std::size_t at = control.find('='); at != std::string_view::npos;
       at = control.find('=', at + 1)) {
    std::size_t count = 0;
    std::from_chars(control.data() + at + 1, control.data() + control.size(), count);
    longest = std::max(longest, count);
  }
  return longest;
}

using RulePosition = std::vector<StackRule>::const_iterator;

/// A jump counts rules of its type: a new one in its way would change where it ends.
Status CheckJumps(std::string_view type, RulePosition begin, RulePosition place) {
  for (RulePosition rule = begin; rule != place; ++rule) {
    const auto counts = [type](const StackRule& later) { return later.type == type; };
    const auto between = std::count_if(std::next(rule), place, counts);
    if (counts(*rule) && LongestJump(rule->control) > static_cast<std::size_t>(between)) {
      return RefuseLine(rule->line,
                        "jumps over the place where pam_jwt.so belongs: put the lines in by hand, "
                        "and change the jump");
    }
  }
  return Ok();
}

bool IsOwnLine(std::string_view line) {
  const StackRule rule = ParseRule(0, WithoutEnd(line));
  return rule.IsOurModule() && rule.type != "password";
}

std::string AuthLine(const StackRecipe& recipe) {
  const std::string success = recipe.jump == 0 ? "done" : std::to_string(recipe.jump);
  std::string line =
      "auth     [success=" + success +
      (recipe.or_password
           ? " ignore=ignore cred_insufficient=ignore service_err=ignore module_unknown=ignore "
             "default=die] pam_jwt.so [prompt=Password or token: ]"
           : " ignore=ignore default=die] pam_jwt.so");
  if (!recipe.config_path.empty()) line += " config=" + recipe.config_path;
  return line + "\n";
}

std::string AccountLine(const StackRecipe& recipe) {
  return recipe.or_password
             ? "account  [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore "
               "default=bad] pam_jwt.so\n"
             : "account  required pam_jwt.so\n";
}

constexpr std::string_view kSessionLine = "session  optional pam_jwt.so\n";

/// `text` with `block` in front of a line of it.
std::string Inserted(std::string_view text, std::size_t line, std::string_view block) {
  std::string out;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == line) out += block;
    out += lines[i];
  }
  return out;
}

/// Where the auth and the account line go.
struct Places {
  std::size_t auth;
  std::size_t account;
};

Result<Places> FindPlaces(const std::vector<StackRule>& rules) {
  const auto is_ours = [](const StackRule& rule) { return rule.IsOurModule(); };
  const auto may_ask = [](const StackRule& rule) { return rule.MayAsk(); };
  const auto decides = [](const StackRule& rule) { return rule.MayDecideAccounts(); };
  const auto ours = std::find_if(rules.begin(), rules.end(), is_ours);
  if (ours != rules.end()) {
    return RefuseLine(ours->line,
                      "has pam_jwt.so, and jwtctl did not put it there: take it out first");
  }
  const auto asks = std::find_if(rules.begin(), rules.end(), may_ask);
  if (asks == rules.end()) {
    return Refuse("no rule asks for a password, so there is no place in front of it");
  }
  const auto account = std::find_if(rules.begin(), rules.end(), decides);
  if (account == rules.end()) {
    return Refuse("there is no account rule: pam_jwt.so alone would let nobody in");
  }
  Status jumps = CheckJumps("auth", rules.begin(), asks);
  if (!jumps.ok()) return std::move(jumps).error();
  return Places{asks->line, account->line};
}

/// In front of which rule the session line goes.
Result<RulePosition> FindSessionPlace(const std::vector<StackRule>& rules) {
  const auto opens = [](const StackRule& rule) { return rule.MayOpenSessions(); };
  const auto session = std::find_if(rules.begin(), rules.end(), opens);
  Status jumps = CheckJumps("session", rules.begin(), session);
  if (!jumps.ok()) return std::move(jumps).error();
  return session;
}

}  // namespace

bool StackRule::IncludesFile() const {
  return type == kAtInclude || control == "include" || control == "substack";
}

std::string_view StackRule::TargetName() const {
  const std::string_view name = target;
  return name.substr(name.rfind('/') + 1);  // npos + 1 is 0
}

bool StackRule::IsOurModule() const {
  return !IncludesFile() && TargetName().starts_with("pam_jwt.so");
}

bool StackRule::MayAsk() const {
  if (type == kAtInclude) {
    return TargetName() != kDebianAccount && !Holds(kDebianOthers, TargetName());
  }
  return type == "auth" && (IncludesFile() || !Holds(kQuietModules, TargetName()));
}

bool StackRule::MayDecideAccounts() const {
  if (type == kAtInclude) {
    return TargetName() != kDebianAuth && !Holds(kDebianOthers, TargetName());
  }
  return type == "account";
}

bool StackRule::MayOpenSessions() const {
  if (type == kAtInclude) {
    const std::string_view name = TargetName();
    return name != kDebianAuth && name != kDebianAccount && name != kDebianPassword;
  }
  return type == "session" && (IncludesFile() || TargetName() != "pam_selinux.so");
}

Result<std::vector<StackRule>> ParseStack(std::string_view text) {
  if (text.size() > kMaxStackBytes) {
    return Refuse("it has more than " + std::to_string(kMaxStackBytes) + " bytes");
  }
  if (text.find('\0') != std::string_view::npos) return Refuse("it has a NUL byte in it");
  return StackReader(text).Read();
}

Result<std::string> EnableInStack(std::string_view text, const StackRecipe& recipe) {
  Result<std::string> bare = DisableInStack(text);
  if (!bare.ok()) return bare;
  const Result<std::vector<StackRule>> rules = ParseStack(bare.value());
  if (!rules.ok()) return rules.error();
  const Result<Places> places = FindPlaces(rules.value());
  if (!places.ok()) return places.error();

  const auto [auth, account] = places.value();
  std::map<std::size_t, std::string> lines = {{auth, AuthLine(recipe)}};
  // Where nothing decides about accounts above, both stand together.
  lines[std::min(auth, account)] += AccountLine(recipe);
  if (recipe.ends_session) {
    const Result<RulePosition> session = FindSessionPlace(rules.value());
    if (!session.ok()) return session.error();
    if (session.value() != rules.value().end()) lines[session.value()->line] += kSessionLine;
  }
  std::string text_with_lines = std::move(bare).value();
  for (auto place = lines.rbegin(); place != lines.rend(); ++place) {
    text_with_lines = Inserted(text_with_lines, place->first, MarkedBlock(place->second));
  }
  return text_with_lines;
}

Result<std::string> DisableInStack(std::string_view text) {
  return WithoutMarkedBlocks(text, IsOwnLine);
}

}  // namespace pamjwt::ctl
