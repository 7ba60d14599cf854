#include "core/login/module_options.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/duration.h"
#include "core/base/nearest_word.h"

namespace pamjwt {
namespace {

constexpr Seconds kLongestRefusalDelay{30};

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

/// Checks whether the prompt has the word token in it, by which clients know that they may answer
/// with a token.
bool HasWordToken(std::string_view text) {
  constexpr std::string_view kWord = "token";
  const auto same = [](char a, char b) { return ToLowerAscii(a) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

template <auto Flag>
Result<ModuleOptions> WithFlag(ModuleOptions options, std::string_view /*value*/) {
  options.*Flag = true;
  return options;
}

template <auto Text>
Result<ModuleOptions> WithText(ModuleOptions options, std::string_view value) {
  options.*Text = std::string(value);
  return options;
}

Result<ModuleOptions> WithPrompt(ModuleOptions options, std::string_view value) {
  if (!HasWordToken(value)) return Refuse("option prompt= must have the word token in it");
  options.prompt = value;
  return options;
}

Result<ModuleOptions> WithRefusalDelay(ModuleOptions options, std::string_view value) {
  const std::optional<Seconds> delay = ParseDuration(value);
  if (!delay.has_value() || *delay > kLongestRefusalDelay) {
    return Refuse("option refusal_delay= must be a time from 0s to 30s");
  }
  options.refusal_delay = delay;
  return options;
}

Result<ModuleOptions> WithParts(ModuleOptions options, std::string_view value) {
  if (value != "yes" && value != "no") return Refuse("option parts= must be yes or no");
  options.parts = value == "yes";
  return options;
}

enum class Takes { kValue, kNothing };

/// An option, and the function that returns the options with it.
struct ModuleOption {
  std::string_view name;
  Takes takes;
  Result<ModuleOptions> (*with)(ModuleOptions options, std::string_view value);
};

constexpr std::array kOptions = {
    ModuleOption{"config", Takes::kValue, WithText<&ModuleOptions::config>},
    ModuleOption{"denylist", Takes::kValue, WithText<&ModuleOptions::denylist>},
    ModuleOption{"sessions", Takes::kValue, WithText<&ModuleOptions::sessions>},
    ModuleOption{"service", Takes::kValue, WithText<&ModuleOptions::service>},
    ModuleOption{"prompt", Takes::kValue, WithPrompt},
    ModuleOption{"refusal_delay", Takes::kValue, WithRefusalDelay},
    ModuleOption{"parts", Takes::kValue, WithParts},
    ModuleOption{"token_only", Takes::kNothing, WithFlag<&ModuleOptions::token_only>},
    ModuleOption{"try_first_pass", Takes::kNothing, WithFlag<&ModuleOptions::try_first_pass>},
    ModuleOption{"use_first_pass", Takes::kNothing, WithFlag<&ModuleOptions::use_first_pass>},
    ModuleOption{"debug", Takes::kNothing, WithFlag<&ModuleOptions::debug>},
};

/// Returns the name of an option as it is written: with a = if it takes a value.
std::string Written(const ModuleOption& option) {
  return std::string(option.name) + (option.takes == Takes::kValue ? "=" : "");
}

Error NotKnown(std::string_view written) {
  std::vector<std::string> names;
  names.reserve(kOptions.size());
  for (const ModuleOption& option : kOptions) {
    names.push_back(Written(option));
  }
  return Refuse("option is not known: " + std::string(written) + DidYouMean(written, names));
}

/// Returns `options` with the option that `argument` is.
Result<ModuleOptions> With(ModuleOptions options, std::string_view argument) {
  const std::size_t equals = argument.find('=');
  const bool has_value = equals != std::string_view::npos;
  const std::string_view name = argument.substr(0, equals);
  const std::string_view value = has_value ? argument.substr(equals + 1) : std::string_view();
  for (const ModuleOption& option : kOptions) {
    if (option.name != name || (option.takes == Takes::kValue) != has_value) continue;
    if (has_value && value.empty()) return Refuse("option " + Written(option) + " has no value");
    return option.with(std::move(options), value);
  }
  return NotKnown(argument.substr(0, name.size() + (has_value ? 1 : 0)));
}

}  // namespace

Result<ModuleOptions> ParseModuleOptions(std::span<const char* const> arguments) {
  ModuleOptions options;
  for (const char* const argument : arguments) {
    Result<ModuleOptions> more = With(std::move(options), argument);
    if (!more.ok()) return more;
    options = std::move(more).value();
  }
  return options;
}

}  // namespace pamjwt
