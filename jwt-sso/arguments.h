#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::sso {

/// The command line of jwt-sso, which its network program reads too.
struct Arguments {
  enum class Verb : std::uint8_t {
    kHelp,
    kVersion,
    kLogin,
    kStatus,
    kToken,
    kRenew,
    kLogout,
    kProfiles,
    kSetup,
  };
  enum class Way : std::uint8_t {
    kProfile,  ///< the first flow of the profile
    kDevice,   ///< --device
    kPaste,    ///< --paste
  };

  Verb verb = Verb::kHelp;
  std::string profile;  ///< empty: not given
  Way way = Way::kProfile;
  bool json = false;               ///< status, profiles: --json
  bool quiet = false;              ///< renew: --quiet
  bool all = false;                ///< logout: --all
  bool remove = false;             ///< setup: --remove
  bool yes = false;                ///< setup: --yes, which asks no question
  std::string audience;            ///< token: --audience; empty: not given
  std::string host;                ///< token: --host, which chooses the profile; empty: not given
  std::optional<Seconds> least;    ///< renew: --least; nullopt: not given
  std::vector<std::string> hosts;  ///< setup: the patterns; empty: those of the profile
};

/// Reads the arguments behind the program's name. A name of a profile that is not valid is refused
/// here, so that it can stand in a path. The first word behind `setup` is the profile if it can be
/// the name of one, else a pattern. Errors: kConfigInvalid, with what is wrong and what to type.
Result<Arguments> ParseArguments(const std::vector<std::string>& arguments);

/// Returns the text that --help prints.
std::string_view HelpText();

}  // namespace pamjwt::sso
