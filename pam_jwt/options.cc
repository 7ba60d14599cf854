#include "pam_jwt/options.h"

#include <algorithm>
#include <string_view>

#include "core/base/ascii.h"

namespace pamjwt {
namespace {

/// Clients know by this word that they may answer with a token.
bool HasWordToken(std::string_view text) {
  constexpr std::string_view kWord = "token";
  const auto same = [](char a, char b) { return ToLowerAscii(a) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

Status SetValue(std::string_view name, std::string_view value, ModuleOptions& options) {
  if (value.empty()) {
    return Error{Reason::kConfigInvalid, "option " + std::string(name) + "= has no value"};
  }
  if (name == "config") {
    options.config = value;
  } else if (name == "service") {
    options.service = value;
  } else if (name == "prompt") {
    if (!HasWordToken(value)) {
      return Error{Reason::kConfigInvalid, "option prompt= must have the word token in it"};
    }
    options.prompt = value;
  } else if (name == "denylist") {
    options.denylist = value;
  } else {
    return Error{Reason::kConfigInvalid, "option is not known: " + std::string(name) + "="};
  }
  return Ok();
}

Status SetFlag(std::string_view name, ModuleOptions& options) {
  if (name == "try_first_pass") {
    options.try_first_pass = true;
  } else if (name == "use_first_pass") {
    options.use_first_pass = true;
  } else if (name == "debug") {
    options.debug = true;
  } else {
    return Error{Reason::kConfigInvalid, "option is not known: " + std::string(name)};
  }
  return Ok();
}

}  // namespace

Result<ModuleOptions> ParseModuleOptions(std::span<const char* const> arguments) {
  ModuleOptions options;
  for (const std::string_view argument : arguments) {
    const std::size_t equals = argument.find('=');
    Status set = equals == std::string_view::npos
                     ? SetFlag(argument, options)
                     : SetValue(argument.substr(0, equals), argument.substr(equals + 1), options);
    if (!set.ok()) return std::move(set).error();
  }
  return options;
}

}  // namespace pamjwt
