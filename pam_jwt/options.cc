#include "pam_jwt/options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"

namespace pamjwt {
namespace {

/// Checks whether the prompt has the word token in it, by which clients know that they may answer
/// with a token.
bool HasWordToken(std::string_view text) {
  constexpr std::string_view kWord = "token";
  const auto same = [](char a, char b) { return ToLowerAscii(a) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

/// Collects the options of one line.
class ModuleOptionReader {
 public:
  Status Add(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) return SetFlag(argument);
    return SetValue(argument.substr(0, equals), argument.substr(equals + 1));
  }

  ModuleOptions Take() && { return std::move(options_); }

 private:
  Status SetValue(std::string_view name, std::string_view value) {
    if (value.empty()) {
      return Error{Reason::kConfigInvalid, "option " + std::string(name) + "= has no value"};
    }
    if (name == "config") {
      options_.config = value;
    } else if (name == "service") {
      options_.service = value;
    } else if (name == "prompt") {
      if (!HasWordToken(value)) {
        return Error{Reason::kConfigInvalid, "option prompt= must have the word token in it"};
      }
      options_.prompt = value;
    } else if (name == "denylist") {
      options_.denylist = value;
    } else {
      return Error{Reason::kConfigInvalid, "option is not known: " + std::string(name) + "="};
    }
    return Ok();
  }

  Status SetFlag(std::string_view name) {
    if (name == "try_first_pass") {
      options_.try_first_pass = true;
    } else if (name == "use_first_pass") {
      options_.use_first_pass = true;
    } else if (name == "debug") {
      options_.debug = true;
    } else {
      return Error{Reason::kConfigInvalid, "option is not known: " + std::string(name)};
    }
    return Ok();
  }

  ModuleOptions options_;
};

}  // namespace

Result<ModuleOptions> ParseModuleOptions(std::span<const char* const> arguments) {
  ModuleOptionReader reader;
  for (const char* const argument : arguments) {
    Status added = reader.Add(argument);
    if (!added.ok()) return std::move(added).error();
  }
  return std::move(reader).Take();
}

}  // namespace pamjwt
