#include "jwtctl/doctor/sudoers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/json/json.h"
#include "jwtctl/host/run_program.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr Seconds kPatience{30};
constexpr std::size_t kMostBytes = std::size_t{256} * 1024;

/// Returns the list that is the member `name` of an object, or an empty list if there is none.
const JsonArray& ListOf(const Json& object, std::string_view name) {
  static const JsonArray kNone;
  const Json* const member = object.Find(name);
  const JsonArray* const list = member == nullptr ? nullptr : member->AsArray();
  return list == nullptr ? kNone : *list;
}

/// Returns a value as it is written in sudoers.
std::string Written(const Json& value) {
  if (value.AsString() != nullptr) return *value.AsString();
  if (value.AsBool() != nullptr) return *value.AsBool() ? "true" : "false";
  return ToJsonText(value);
}

/// Returns a member of a list of users, hosts or commands as it is written in sudoers: "alice",
/// "#2001", "%wheel", "%#100", "+netgroup", "host web1".
std::string ShowMember(const Json& member) {
  struct MemberKind {
    std::string_view name;
    std::string_view sign;
  };
  constexpr MemberKind kKinds[] = {
      {"username", ""},       {"userid", "#"},        {"usergroup", "%"}, {"usergid", "%#"},
      {"nonunixgroup", "%:"}, {"nonunixgid", "%:#"},  {"netgroup", "+"},  {"useralias", ""},
      {"hostname", "host "},  {"command", "command "}};
  const Json* const negated = member.Find("negated");
  std::string shown =
      negated != nullptr && negated->AsBool() != nullptr && *negated->AsBool() ? "!" : "";
  for (const MemberKind& kind : kKinds) {
    const Json* const value = member.Find(kind.name);
    if (value != nullptr) return shown + std::string(kind.sign) + Written(*value);
  }
  return shown + ToJsonText(member);  // a later version of sudo may have more kinds
}

std::string ShowMembers(const JsonArray& members) {
  std::string shown;
  for (const Json& member : members) {
    shown += (shown.empty() ? "" : ",") + ShowMember(member);
  }
  return shown;
}

/// Returns whether an option is in a list of options, and is false.
bool IsSwitchedOff(const JsonArray& options, std::string_view name) {
  return std::any_of(options.begin(), options.end(), [name](const Json& option) {
    const Json* const value = option.Find(name);
    return value != nullptr && value->AsBool() != nullptr && !*value->AsBool();
  });
}

/// Collects the rules that matter from the JSON of cvtsudoers.
class SudoersReader {
 public:
  SudoersRules Read(const Json& sudoers) {
    for (const Json& defaults : ListOf(sudoers, "Defaults")) {
      TakeDefaults(defaults);
    }
    for (const Json& spec : ListOf(sudoers, "User_Specs")) {
      TakeSpec(spec);
    }
    return std::move(rules_);
  }

 private:
  void TakeDefaults(const Json& defaults) {
    const JsonArray& options = ListOf(defaults, "Options");
    const JsonArray& binding = ListOf(defaults, "Binding");
    const std::string whom = binding.empty() ? "everybody" : ShowMembers(binding);
    if (IsSwitchedOff(options, "authenticate")) Add(whom, "Defaults !authenticate");
    for (const Json& option : options) {
      if (const Json* const group = option.Find("exempt_group");
          group != nullptr && group->AsBool() == nullptr) {
        Add("%" + Written(*group), "exempt_group");
      }
      if (const Json* const timeout = option.Find("timestamp_timeout")) {
        const bool is_off = timeout->AsBool() != nullptr && !*timeout->AsBool();
        rules_.timeouts.push_back(is_off ? "0" : Written(*timeout));
      }
      TakeService(option);
    }
    if (IsSwitchedOff(options, "pam_silent")) rules_.pam_silent = false;
    if (IsSwitchedOff(options, "pam_acct_mgmt")) rules_.other_pam.emplace_back("!pam_acct_mgmt");
  }

  /// Takes an option that names another PAM service than sudo, or sudo-i for `sudo -i`, which are
  /// the defaults.
  void TakeService(const Json& option) {
    for (const char* const name : {"pam_service", "pam_login_service", "pam_askpass_service"}) {
      const Json* const service = option.Find(name);
      if (service == nullptr) continue;
      const std::string written = Written(*service);
      if (written == "sudo" || written == "sudo-i") continue;
      rules_.other_pam.push_back(std::string(name) + "=" + written);
    }
  }

  void TakeSpec(const Json& spec) {
    const JsonArray& commands = ListOf(spec, "Cmnd_Specs");
    const bool asks_not = std::any_of(commands.begin(), commands.end(), [](const Json& command) {
      return IsSwitchedOff(ListOf(command, "Options"), "authenticate");
    });
    if (asks_not) Add(ShowMembers(ListOf(spec, "User_List")), "NOPASSWD");
  }

  void Add(const std::string& whom, const char* by) {
    std::string who = whom + " (" + by + ")";
    auto& all = rules_.not_asked;
    if (std::find(all.begin(), all.end(), who) == all.end()) all.push_back(std::move(who));
  }

  SudoersRules rules_;
};

}  // namespace

Result<SudoersRules> ParseSudoers(std::string_view json) {
  if (WithoutEnd(json).empty()) return SudoersRules{};  // the output for a file without a rule
  if (json.size() >= kMostBytes) {
    return Error{Reason::kConfigInvalid,
                 "cvtsudoers prints more than " + std::to_string(kMostBytes) + " bytes"};
  }
  const Result<Json> sudoers = ParseJsonObject(json, {.max_bytes = kMostBytes});
  if (!sudoers.ok()) {
    return Error{Reason::kConfigInvalid,
                 "what cvtsudoers prints cannot be read: " + sudoers.error().detail};
  }
  return SudoersReader().Read(sudoers.value());
}

bool HasPamSilent(std::string_view version_text) {
  constexpr std::string_view kBegin = "cvtsudoers version ";
  constexpr std::array<int, 3> kFirst = {1, 9, 16};
  if (!version_text.starts_with(kBegin)) return false;
  std::string_view rest = version_text.substr(kBegin.size());
  std::array<int, 3> version = {};
  for (int& number : version) {
    const std::from_chars_result read =
        std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (read.ec != std::errc()) break;  // "1.10" has no third number
    rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
    if (!rest.starts_with('.')) break;
    rest.remove_prefix(1);
  }
  return version >= kFirst;
}

std::string SystemSudoers::Version() {
  const Result<ProgramEnd> end = RunProgram({"cvtsudoers", "--version"}, kPatience);
  return end.ok() && end.value().exit_code == 0 ? end.value().output : "";
}

Result<std::string> SystemSudoers::AsJson(const std::string& path) {
  // The configuration of cvtsudoers could leave out rules.
  const std::vector<std::string> command = {"cvtsudoers", "-c",   "/dev/null", "-e",
                                            "-f",         "json", path};
  Result<ProgramEnd> end = RunProgram(command, kPatience, ProgramErrors::kDropped);
  if (!end.ok()) return std::move(end).error();
  if (end.value().exit_code == 0) return std::move(end).value().output;
  const Result<ProgramEnd> again = RunProgram(command, kPatience);  // for its messages
  const std::string said = again.ok() ? std::string(WithoutEnd(again.value().output)) : "";
  return Error{Reason::kConfigInvalid, "cvtsudoers failed" + (said.empty() ? "" : ": " + said)};
}

}  // namespace pamjwt::ctl
