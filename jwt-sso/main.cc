// jwt-sso logs a person in once with the browser, and gives tokens to ssh, sudo and others.

#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/clock.h"
#include "io/standard_streams.h"
#include "io/write_all.h"
#include "jwt-sso/arguments.h"
#include "jwt-sso/exit_code.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/state_places.h"
#include "jwt-sso/verbs/profiles_verb.h"
#include "jwt-sso/verbs/renew_verb.h"
#include "jwt-sso/verbs/run_net.h"
#include "jwt-sso/verbs/setup_verb.h"
#include "jwt-sso/verbs/ssh_home.h"
#include "jwt-sso/verbs/status_verb.h"
#include "jwt-sso/verbs/terminal.h"
#include "text/printable.h"
#include "text/text_style.h"

namespace pamjwt::sso {
namespace {

int Fail(const Error& error) {
  Tell("jwt-sso: " + Printable(error.detail) + "\n");
  return ExitCodeOf(error);
}

Status Write(std::string_view text) {
  return WriteAll(STDOUT_FILENO, text, "to standard output");
}

/// Writes what a verb gives. Returns `code` if it could be written.
int Finish(const Result<std::string>& output, ExitCode code = kOk) {
  if (!output.ok()) return Fail(output.error());
  const Status written = Write(output.value());
  return written.ok() ? code : Fail(written.error());
}

int TellProfiles(const Arguments& arguments) {
  const Result<std::string> lines = ShowProfiles(PlacesOfUser(), arguments.json);
  // A person who sees nothing does not know what to do next.
  if (lines.ok() && lines.value().empty()) Fail(ChooseProfile("", PlacesOfUser()).error());
  return Finish(lines);
}

int SetUp(const Arguments& arguments) {
  Result<std::string> directory = SshDirectoryOfUser();
  if (!directory.ok()) return Fail(directory.error());
  Result<std::string> program = OwnPath();
  if (!program.ok()) return Fail(program.error());
  const UserFiles places{PlacesOfUser(), PlacesInEnvironment(), std::move(directory).value(),
                         std::move(program).value()};
  const auto approve = [&](std::string_view diff) {
    Status written = Write(diff);
    return arguments.yes || !written.ok() ? written : AskToGoOn("Change these files?");
  };
  return Finish(RunSetup(arguments, places, approve));
}

int TellStatus(const Arguments& arguments) {
  const Result<std::string> program = OwnPath();
  if (!program.ok()) return Fail(program.error());
  // Where setup would refuse to work, the status has nothing to say about it.
  const Result<std::string> directory = SshDirectoryOfUser();
  const UserFiles places{PlacesOfUser(), PlacesInEnvironment(),
                         directory.ok() ? directory.value() : "", program.value()};
  const Result<StatusOutput> output =
      RunStatus(arguments, places, Now(), TextStyle::OfStandardOutput());
  if (!output.ok()) return Fail(output.error());
  return Finish(output.value().text, output.value().exit_code);
}

/// Replaces this process by the program that has the network, with the words of the command line,
/// and the profile if they name none.
int RunNetFor(const Profile& profile, const Arguments& arguments, std::vector<std::string> words) {
  if (arguments.profile.empty()) words.push_back(profile.name);
  return Fail(RunNet(words));
}

/// Runs a verb that has nothing to do without the network. `use` is that of the profile that counts
/// if none is named.
int RunOnNet(const Arguments& arguments, const std::vector<std::string>& words,
             std::optional<ClientUse> use) {
  if (arguments.all) return Fail(RunNet(words));
  const Result<Profile> profile = ChooseProfile(arguments.profile, PlacesOfUser(), use);
  return profile.ok() ? RunNetFor(profile.value(), arguments, words) : Fail(profile.error());
}

int Renew(const Arguments& arguments, const std::vector<std::string>& words) {
  const Result<Profile> profile =
      ChooseProfile(arguments.profile, PlacesOfUser(), ClientUse::kCertificate);
  if (!profile.ok()) {
    return IsSilent(arguments.quiet) ? ExitCodeOf(profile.error()) : Fail(profile.error());
  }
  const Seconds least = arguments.least.value_or(kLeastUse);
  if (HasGoodCertificate(profile.value(), PlacesInEnvironment(), Now(), least)) return kOk;
  return RunNetFor(profile.value(), arguments, words);
}

int GiveToken(const Arguments& arguments, const std::vector<std::string>& words) {
  if (arguments.host.empty()) {
    const bool is_of_certificate = !arguments.audience.empty();
    return RunOnNet(arguments, words,
                    is_of_certificate ? ClientUse::kCertificate : ClientUse::kPrompt);
  }
  const Result<std::string> profile = ProfileForHost(PlacesOfUser(), arguments.host);
  if (!profile.ok()) return Fail(profile.error());
  if (profile.value().empty()) return kNoProfile;
  return Fail(RunNet({"token", profile.value()}));
}

int Run(const std::vector<std::string>& words) {
  if (words.empty()) {
    Tell(HelpText());
    return kUsage;
  }
  const Result<Arguments> parsed = ParseArguments(words);
  if (!parsed.ok()) return Fail(parsed.error());
  const Arguments& arguments = parsed.value();
  switch (arguments.verb) {
    case Arguments::Verb::kHelp:
      return Finish(std::string(HelpText()));
    case Arguments::Verb::kVersion:
      return Finish(std::string("jwt-sso " PAMJWT_VERSION "\n"));
    case Arguments::Verb::kProfiles:
      return TellProfiles(arguments);
    case Arguments::Verb::kStatus:
      return TellStatus(arguments);
    case Arguments::Verb::kSetup:
      return SetUp(arguments);
    case Arguments::Verb::kRenew:
      return Renew(arguments, words);
    case Arguments::Verb::kToken:
      return GiveToken(arguments, words);
    case Arguments::Verb::kLogin:
      return RunOnNet(arguments, words, ClientUse::kCertificate);
    case Arguments::Verb::kLogout:
      return RunOnNet(arguments, words, std::nullopt);
  }
  return kUsage;
}

}  // namespace
}  // namespace pamjwt::sso

int main(int argc, char** argv) {
  using namespace pamjwt::sso;
  try {
    pamjwt::KeepStandardStreams();
    return Run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& failure) {
    Tell(std::string("jwt-sso: ") + failure.what() + "\n");
    return kFailed;
  }
}
