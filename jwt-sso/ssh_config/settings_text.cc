#include "jwt-sso/ssh_config/settings_text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/config/client_profile_text.h"
#include "text/join.h"
#include "text/text_lines.h"

namespace pamjwt::sso {
namespace {

constexpr std::string_view kHead =
    "# Written by `jwt-sso setup`. `jwt-sso setup --remove` removes this file.\n";
constexpr std::string_view kMatch = "Match final host ";
constexpr std::string_view kExec = " exec \"";
constexpr std::string_view kRenew = " renew ";
constexpr std::string_view kCertificate = "  CertificateFile \"";
constexpr std::string_view kIdentity = "  IdentityFile \"";

Error Refuse(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

/// Checks that ssh takes `path` in quotes as it stands: it has neither quotes, backslashes and
/// control characters, nor the characters that begin a token or a variable.
Status CheckPath(std::string_view path) {
  const auto is_odd = [](char c) {
    return (c >= 0 && c < ' ') || c == '\x7f' || c == '"' || c == '\\' || c == '%' || c == '$';
  };
  if (path.starts_with('/') && std::ranges::none_of(path, is_odd)) return Ok();
  return Refuse("the path " + std::string(path) +
                " cannot stand in ssh's configuration: it must begin with /, and have no quotes, "
                "backslashes, control characters, % and $");
}

/// Checks the path of a program, which a shell reads too.
Status CheckProgram(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_' || c == '.';
  };
  if (path.starts_with('/') && std::ranges::all_of(path, is_plain)) return Ok();
  return Refuse("ssh would run " + std::string(path) +
                " by a shell: install jwt-sso at a path of letters, digits, /, -, _ and . only");
}

Status CheckUse(const SshUse& use) {
  if (!IsClientProfileName(use.profile)) return Refuse(use.profile + ": not a name of a profile");
  if (use.hosts.empty()) return Refuse(use.profile + ": needs a pattern of hosts, such as '*'");
  for (const std::string& host : use.hosts) {
    if (!IsHostPattern(host)) {
      return Refuse(host +
                    ": not a pattern of hosts: it has letters, digits, . - _ : * ? only, "
                    "and perhaps ! in front");
    }
  }
  const auto excludes = [](const std::string& host) { return host.starts_with('!'); };
  if (std::ranges::all_of(use.hosts, excludes)) {
    return Refuse(use.profile + ": patterns with ! only match no host: add '*'");
  }
  Status good = CheckPath(use.certificate);
  return good.ok() ? CheckPath(use.key) : good;
}

Status CheckAll(std::string_view program, const std::vector<SshUse>& uses,
                const DefaultKeys& defaults) {
  Status good = CheckProgram(program);
  if (!good.ok()) return good;
  for (const SshUse& use : uses) {
    good = CheckUse(use);
    if (!good.ok()) return good;
  }
  for (const auto* const paths : {&defaults.keys, &defaults.certificates}) {
    for (const std::string& path : *paths) {
      good = CheckPath(path);
      if (!good.ok()) return good;
    }
  }
  return Ok();
}

std::string Setting(std::string_view name, std::string_view path) {
  return "  " + std::string(name) + " \"" + std::string(path) + "\"\n";
}

std::string Block(std::string_view program, const SshUse& use, const DefaultKeys& defaults) {
  const std::string hosts = Join(use.hosts, ",");
  // The first value that ssh reads counts, and it reads all files once before `final` matches.
  std::string block = "\nMatch host " + hosts + "\n  AddKeysToAgent no\n";
  block += std::string(kMatch) + hosts + std::string(kExec) + std::string(program) +
           std::string(kRenew) + use.profile + "\"\n";
  block += Setting("CertificateFile", use.certificate) + Setting("IdentityFile", use.key);
  for (const std::string& path : defaults.certificates) {
    block += Setting("CertificateFile", path);
  }
  for (const std::string& path : defaults.keys) {
    block += Setting("IdentityFile", path);
  }
  return block;
}

std::string_view WithoutNewline(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// Returns the path of a line "NAME "PATH"", whose beginning is `begin`, or nullopt if it is
/// another line.
std::optional<std::string> PathOf(std::string_view line, std::string_view begin) {
  if (!line.starts_with(begin) || !line.ends_with('"') || line.size() <= begin.size()) {
    return std::nullopt;
  }
  return std::string(line.substr(begin.size(), line.size() - 1 - begin.size()));
}

/// Returns the use that a line begins, without its paths, or nullopt if it is another line.
std::optional<SshUse> UseOf(std::string_view line) {
  const std::size_t exec = line.find(kExec);
  const std::size_t renew = line.rfind(kRenew);
  if (!line.starts_with(kMatch) || exec == std::string_view::npos ||
      renew == std::string_view::npos || renew < exec || !line.ends_with('"')) {
    return std::nullopt;
  }
  SshUse use;
  const std::size_t name = renew + kRenew.size();
  use.profile = line.substr(name, line.size() - 1 - name);
  std::string_view hosts = line.substr(kMatch.size(), exec - kMatch.size());
  while (!hosts.empty()) {
    const std::size_t comma = std::min(hosts.find(','), hosts.size());
    use.hosts.emplace_back(hosts.substr(0, comma));
    hosts.remove_prefix(std::min(comma + 1, hosts.size()));
  }
  return use;
}

std::string IncludeLine(std::string_view own) {
  return "Include \"" + std::string(own) + "\"";
}

}  // namespace

Result<std::string> SshSettings(std::string_view program, const std::vector<SshUse>& uses,
                                const DefaultKeys& defaults) {
  Status good = CheckAll(program, uses, defaults);
  if (!good.ok()) return std::move(good).error();
  std::string text(kHead);
  for (const SshUse& use : uses) {
    text += Block(program, use, defaults);
  }
  return text;
}

bool IsSshSettings(std::string_view text) {
  return text.starts_with(kHead);
}

std::vector<SshUse> UsesIn(std::string_view text) {
  std::vector<SshUse> uses;
  std::optional<SshUse> open;
  for (const std::string_view whole_line : SplitLines(text)) {
    const std::string_view line = WithoutNewline(whole_line);
    if (std::optional<SshUse> use = UseOf(line)) {
      open = std::move(use);
    } else if (!open.has_value()) {
      continue;
    } else if (const auto certificate = PathOf(line, kCertificate)) {
      open->certificate = *certificate;
    } else if (const auto key = PathOf(line, kIdentity)) {
      SshUse whole = *std::exchange(open, std::nullopt);
      whole.key = *key;
      // A line that somebody changed is not one of ours.
      if (CheckUse(whole).ok()) uses.push_back(std::move(whole));
    }
  }
  return uses;
}

Result<std::string> WithInclude(std::string_view config, std::string_view own) {
  Status good = CheckPath(own);
  if (!good.ok()) return std::move(good).error();
  if (own.find_first_of("*?[") != std::string_view::npos) {
    return Refuse("the path " + std::string(own) + " has *, ? or [, which ssh would expand");
  }
  return IncludeLine(own) + "\n" + WithoutInclude(config, own);
}

std::string WithoutInclude(std::string_view config, std::string_view own) {
  const std::string include = IncludeLine(own);
  std::string rest;
  for (const std::string_view line : SplitLines(config)) {
    if (WithoutNewline(line) != include) rest += line;
  }
  return rest;
}

}  // namespace pamjwt::sso
