// net does the work of jwt-sso that takes a network or a key. jwt-sso executes it with its own
// arguments.

#include <unistd.h>

#include <exception>
#include <string>
#include <vector>

#include "io/clock.h"
#include "jwt-sso/arguments.h"
#include "jwt-sso/exit_code.h"
#include "jwt-sso/flow/progress.h"
#include "jwt-sso/net/hardening.h"
#include "jwt-sso/net/login.h"
#include "jwt-sso/net/login_age.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/net/logout.h"
#include "jwt-sso/net/renewal.h"
#include "jwt-sso/net/standard_output.h"
#include "jwt-sso/net/token.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/state_places.h"
#include "jwt-sso/verbs/renew_verb.h"
#include "jwt-sso/verbs/terminal.h"

namespace pamjwt::sso {
namespace {

int Finish(const Status& status) {
  if (status.ok()) return kOk;
  Say("jwt-sso: " + status.error().detail);
  return ExitCodeOf(status.error());
}

/// Returns whether the certificate, which was not renewed, is still good for a login that begins
/// now. A user who says how long it must be good wants nothing less.
bool IsStillOfUse(const OpenedProfile& opened, const Arguments& arguments) {
  constexpr Seconds kForOneLogin{5};
  return !arguments.least.has_value() &&
         HasGoodCertificate(opened.profile, PlacesInEnvironment(), Now(), kForOneLogin);
}

int RunRenew(const Arguments& arguments) {
  const bool is_silent = IsSilent(arguments.quiet);
  const auto finish = [&](const Error& error) {
    return is_silent ? static_cast<int>(ExitCodeOf(error)) : Finish(error);
  };
  const Result<OpenedProfile> opened = OpenLoggedIn(arguments.profile);
  if (!opened.ok()) return finish(opened.error());
  const Result<SavedLogin> login =
      RenewIfNeeded(opened.value(), arguments.least.value_or(kLeastUse));
  if (login.ok() && arguments.least.has_value()) {
    const Status lasts = CheckLasts(opened.value(), login.value(), Now(), *arguments.least);
    return lasts.ok() ? kOk : finish(lasts.error());
  }
  if (login.ok()) return kOk;
  if (!IsStillOfUse(opened.value(), arguments)) return finish(login.error());
  if (!is_silent) Say("jwt-sso: the certificate was not renewed: " + login.error().detail);
  return kOk;
}

int PrintToken(const Arguments& arguments) {
  const Result<SecretString> token = TokenForPrompt(arguments);
  if (!token.ok()) return Finish(token.error());
  return Finish(PrintSecretLine(token.value()));
}

int Run(const std::vector<std::string>& words) {
  const Result<Arguments> parsed = ParseArguments(words);
  if (!parsed.ok()) return Finish(parsed.error());
  const Arguments& arguments = parsed.value();
  switch (arguments.verb) {
    case Arguments::Verb::kLogin:
      return Finish(Login(arguments));
    case Arguments::Verb::kRenew:
      return RunRenew(arguments);
    case Arguments::Verb::kToken:
      return PrintToken(arguments);
    case Arguments::Verb::kLogout:
      return Finish(Logout(arguments));
    case Arguments::Verb::kHelp:
    case Arguments::Verb::kVersion:
    case Arguments::Verb::kStatus:
    case Arguments::Verb::kProfiles:
    case Arguments::Verb::kSetup:
      break;
  }
  Say("jwt-sso: this is a part of jwt-sso: run jwt-sso itself");
  return kUsage;
}

}  // namespace
}  // namespace pamjwt::sso

int main(int argc, char** argv) {
  using namespace pamjwt::sso;
  HardenProcess();
  try {
    return Run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& failure) {
    Say(std::string("jwt-sso: ") + failure.what());
    return kFailed;
  }
}
