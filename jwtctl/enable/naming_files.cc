#include "jwtctl/enable/naming_files.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "core/base/secret.h"
#include "io/bounded_read.h"
#include "jwtctl/enable/stack_file.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/stack/module_file.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kPamConf = "/etc/pam.conf";  // libpam reads it if there is no kPamDirectory

std::vector<std::string> PamFiles(const std::string& root) {
  std::vector<std::string> files = {kPamConf};
  for (const std::string directory : {kPamDirectory, kVendorPamDirectory}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root + directory, error)) {
      const std::string name = entry.path().filename().string();
      if (!IsLeftCopy(name)) files.push_back(directory + name);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool NamesOurModule(std::string_view text, const ModuleNames& names) {
  const Result<std::vector<StackRule>> rules = ParseStack(text, names);
  // Each line of kPamConf begins with a service, so the parser of rules does not know it.
  if (!rules.ok()) return text.find(kModuleName) != std::string_view::npos;
  return std::any_of(rules.value().begin(), rules.value().end(),
                     [](const StackRule& rule) { return rule.IsOurModule(); });
}

}  // namespace

std::vector<std::string> FindNamingFiles(const std::string& root) {
  const ModuleNames names = ModuleNamesOf(root);
  std::vector<std::string> naming;
  for (const std::string& path : PamFiles(root)) {
    const Result<SecretString> text = ReadOwnFile(root + path, kMaxStackBytes);
    if (text.ok() && NamesOurModule(text.value().view(), names)) naming.push_back(path);
  }
  if (IsThere(root, kSshdDropIn)) {
    const Result<SecretString> text = ReadOwnFile(root + kSshdDropIn, kMaxStackBytes);
    if (!text.ok() || HasTokensAsked(text.value().view())) naming.emplace_back(kSshdDropIn);
  }
  return naming;
}

}  // namespace pamjwt::ctl
