#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"

namespace pamjwt::test {

/// The values of options as a configuration file has them, by the names of DescribeOptions.
using OptionValues = std::map<std::string, std::string>;

/// A configuration as text, and the line of each option.
struct WrittenConfig {
  std::string text;
  std::map<std::string, std::uint32_t> lines;
};

/// Splits a name at its last dot: "issuer.NAME.url" into "issuer.NAME" and "url".
inline std::pair<std::string, std::string> SplitOptionName(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// Writes one table for each of login, keys, ..., the issuer NAME and its service SERVICE.
inline WrittenConfig WriteConfig(const OptionValues& values) {
  std::map<std::string, OptionValues> tables;
  for (const auto& [name, value] : values) {
    const auto [table, key] = SplitOptionName(name);
    tables[table][key] = value;
  }
  WrittenConfig config;
  std::uint32_t line = 0;
  const auto write = [&](const std::string& text) {
    config.text += text + "\n";
    ++line;
  };
  for (const auto& [table, keys] : tables) {
    write(table.ends_with(".account") ? "[[" + table + "]]" : "[" + table + "]");
    for (const auto& [key, value] : keys) {
      write(key + " = " + value);
      config.lines[table + "." + key] = line;
    }
  }
  return config;
}

/// Returns the options that no issuer can do without.
inline OptionValues LeastOptions() {
  return {{"issuer.NAME.url", R"("https://sso.example")"},
          {"issuer.NAME.audiences", R"(["ssh://host.example"])"}};
}

/// Parses `text` as a file named pam_jwt.toml.
inline Result<Config> ParseText(std::string_view text) {
  return ParseConfig({{"pam_jwt.toml", std::string(text)}});
}

/// Returns `text` behind the open table of an issuer that has all it needs. `text` begins in
/// line 4.
inline std::string InIssuer(std::string_view text) {
  return "[issuer.staff]\n"
         "url = \"https://sso.example\"\n"
         "audiences = [\"ssh://host.example\"]\n" +
         std::string(text);
}

/// Returns the configuration of `text`. Throws if it is refused.
inline Config ConfigOf(std::string_view text) {
  return ParseText(text).value();
}

}  // namespace pamjwt::test
