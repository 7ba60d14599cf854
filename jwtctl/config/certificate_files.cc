#include "jwtctl/config/certificate_files.h"

#include <pwd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/account/map_line.h"
#include "io/denylist_file.h"
#include "io/fleet_list.h"
#include "io/system_host.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kSshd = "sshd";

/// Returns the files that a configuration and its issuers name for logins by certificate.
std::set<std::string> FilesOf(const Config& config, const std::string& config_path) {
  const std::string directory = config_path.substr(0, config_path.rfind('/') + 1);
  std::set<std::string> files = {kDefaultDenylistPath, FleetListPath(std::nullopt)};
  for (const std::string& name : config.files) {
    files.insert(directory + name);
  }
  for (const Issuer* const issuer : IssuersByCertificate(config)) {
    files.insert(issuer->jwks_file.given() ? *issuer->jwks_file : *config.keys.file);
    for (const AccountRule& rule : issuer->PolicyFor(kSshd)->accounts) {
      if (!rule.map_file.empty()) files.insert(rule.map_file);
    }
  }
  return files;
}

using Names = std::set<std::string, std::less<>>;

/// Returns the accounts below `min_uid`, and nobody, in a file of the form of /etc/passwd.
Names SystemAccountsOf(const std::string& passwd_file, std::int64_t min_uid) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(passwd_file.c_str(), "re"), fclose);
  Names names;
  if (file == nullptr) return names;
  while (const passwd* const account = fgetpwent(file.get())) {
    if (account->pw_uid < min_uid || account->pw_uid == kNobodyUid) names.insert(account->pw_name);
  }
  return names;
}

/// Finds which accounts rules name literally.
class NamedAccounts {
 public:
  NamedAccounts(Owners owners, Names wanted) : host_(owners), wanted_(std::move(wanted)) {}

  void Add(const AccountRule& rule) {
    if (!rule.map_file.empty()) {
      AddMap(rule);
    } else if (!rule.name.has_star()) {
      AddName(rule, rule.name.text());
    }
  }

  [[nodiscard]] std::vector<std::string> Take() const { return {found_.begin(), found_.end()}; }

 private:
  void AddName(const AccountRule& rule, std::string_view name) {
    const auto& except = rule.except;
    const bool is_given = std::find(except.begin(), except.end(), name) == except.end();
    if (is_given && wanted_.find(name) != wanted_.end()) found_.emplace(name);
  }

  void AddMap(const AccountRule& rule) {
    std::string text;
    const Status read = host_.ReadMapFile(rule.map_file, [&text](std::string_view piece) {
      text += piece;
      return true;
    });
    if (!read.ok()) return;  // `jwtctl check` says so
    for (const std::string_view line : SplitLines(text)) {
      const Result<std::optional<MapEntry>> entry = ReadMapLine(line.substr(0, line.find('\n')));
      if (!entry.ok() || !entry.value().has_value()) continue;
      for (const std::string_view name : entry.value()->accounts) {
        AddName(rule, name);
      }
    }
  }

  SystemHost host_;
  Names wanted_;
  Names found_;
};

}  // namespace

std::vector<const Issuer*> IssuersByCertificate(const Config& config) {
  std::vector<const Issuer*> issuers;
  for (const Issuer& issuer : config.issuers) {
    const bool serves = issuer.PolicyFor(kSshd) != nullptr;
    if (serves && issuer.bound_audiences.given()) issuers.push_back(&issuer);
  }
  return issuers;
}

std::vector<std::string> FindUnreadable(const FileUser& user, const LoadedConfig& loaded,
                                        const std::string& config_path) {
  std::vector<std::string> texts;
  for (const std::string& path : FilesOf(loaded.config, config_path)) {
    if (JudgeRead(user, path) != FileAccess::kDenied) continue;
    const std::optional<std::string> closed = FindClosedDirectory(user, path);
    texts.push_back(user.name + " cannot read " + path +
                    (closed.has_value() ? ", because it cannot enter " + *closed : ""));
  }
  return texts;
}

std::vector<std::string> FindReadableSecrets(const FileUser& user, const Config& config) {
  std::vector<std::string> paths;
  for (const Issuer& issuer : config.issuers) {
    if (!issuer.secret_file.given()) continue;
    if (JudgeRead(user, *issuer.secret_file) == FileAccess::kAllowed) {
      paths.push_back(*issuer.secret_file);
    }
  }
  return paths;
}

std::vector<std::string> FindLowAccounts(const LoadedConfig& loaded, const std::string& root) {
  NamedAccounts named(loaded.owners,
                      SystemAccountsOf(root + "/etc/passwd", *loaded.config.login.min_uid));
  for (const Issuer* const issuer : IssuersByCertificate(loaded.config)) {
    for (const AccountRule& rule : issuer->PolicyFor(kSshd)->accounts) {
      named.Add(rule);
    }
  }
  return named.Take();
}

}  // namespace pamjwt::ctl
