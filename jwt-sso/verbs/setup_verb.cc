#include "jwt-sso/verbs/setup_verb.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "jwt-sso/ssh_config/ssh_files.h"
#include "jwt-sso/state/profile_state.h"
#include "jwt-sso/verbs/certificate_files.h"
#include "text/join.h"
#include "text/unified_diff.h"

namespace pamjwt::sso {
namespace {

using Changes = std::vector<SshFileChange>;

Error Wrong(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

std::string DiffOf(const Changes& changes) {
  std::string diff;
  for (const SshFileChange& change : changes) {
    const char* const none = "/dev/null";
    diff += UnifiedDiff({change.before ? change.path : none, change.before.value_or("")},
                        {change.after ? change.path : none, change.after.value_or("")});
  }
  return diff;
}

/// Makes the changes if `approve` lets them be made.
Status ApplyApproved(const Changes& changes, const Approve& approve) {
  if (changes.empty()) return Ok();
  Status approved = approve(DiffOf(changes));
  return approved.ok() ? Apply(changes) : approved;
}

Result<std::string> RemoveSetup(const UserFiles& places, const Approve& approve) {
  const Result<Changes> changes = PlanRemoval(places.ssh_directory);
  if (!changes.ok()) return changes.error();
  if (changes.value().empty()) return std::string("nothing to do: ssh does not use jwt-sso\n");
  Status applied = ApplyApproved(changes.value(), approve);
  if (!applied.ok()) return std::move(applied).error();
  return std::string("ssh does not use jwt-sso any more\n");
}

/// Returns the patterns to set up: those of the command line, the profile, or the last setup.
Result<std::vector<std::string>> ChooseHosts(const Arguments& arguments, const Profile& profile,
                                             const std::string& ssh_directory) {
  if (!arguments.hosts.empty()) return arguments.hosts;
  if (!profile.settings.hosts.empty()) return profile.settings.hosts;
  const Result<std::vector<SshUse>> uses = ReadUses(ssh_directory);
  if (!uses.ok()) return uses.error();
  const auto last = std::ranges::find(uses.value(), profile.name, &SshUse::profile);
  if (last != uses.value().end()) return last->hosts;
  return Wrong(profile.path + " does not say for which hosts it is: jwt-sso setup " + profile.name +
               " 'PATTERN', such as '*.example.com'");
}

/// Returns how ssh is to use the certificate of the profile.
Result<SshUse> UseFor(const Arguments& arguments, const Profile& profile, const UserFiles& places) {
  Result<std::vector<std::string>> hosts = ChooseHosts(arguments, profile, places.ssh_directory);
  if (!hosts.ok()) return std::move(hosts).error();
  const Result<std::string> state =
      StateDirectory(profile.name, profile.settings.keep, places.user);
  if (!state.ok()) return state.error();
  const CertificateFiles files = FilesOf(profile.settings.key, state.value());
  return SshUse{profile.name, std::move(hosts).value(), files.key, files.certificate};
}

/// Returns what the user does next: nothing, if he has logged in.
std::string NextStep(const SshUse& use, const std::string& state) {
  const Result<std::optional<ProfileState>> opened = ProfileState::Open(state);
  const bool is_there = opened.ok() && opened.value().has_value() &&
                        opened.value()->Read(StateFile::kTokens).ok() &&
                        opened.value()->Read(StateFile::kTokens).value().has_value();
  return is_there ? "" : "next: jwt-sso login " + use.profile + "\n";
}

}  // namespace

Result<std::string> RunSetup(const Arguments& arguments, const UserFiles& places,
                             const Approve& approve) {
  if (arguments.remove) return RemoveSetup(places, approve);
  const Result<Profile> profile =
      ChooseProfile(arguments.profile, places.profiles, ClientUse::kCertificate);
  if (!profile.ok()) return profile.error();
  if (profile.value().settings.use == ClientUse::kPrompt) {
    return Wrong("the tokens of " + profile.value().name +
                 " are for prompts, and plain ssh cannot use them: run ssh-jwt in place of ssh "
                 "(" +
                 profile.value().path + " has use = \"prompt\")");
  }
  const Result<SshUse> use = UseFor(arguments, profile.value(), places);
  if (!use.ok()) return use.error();
  const Result<Changes> changes = PlanSetup(places.ssh_directory, places.program, use.value());
  if (!changes.ok()) return changes.error();
  Status applied = ApplyApproved(changes.value(), approve);
  if (!applied.ok()) return std::move(applied).error();
  const std::string& certificate = use.value().certificate;
  return std::string(changes.value().empty() ? "nothing to do: " : "") +
         "plain ssh uses the certificate of " + use.value().profile + " for " +
         Join(use.value().hosts, " ") + "\n" +
         NextStep(use.value(), certificate.substr(0, certificate.rfind('/')));
}

}  // namespace pamjwt::sso
