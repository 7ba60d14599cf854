#include "jwtctl/doctor/pam_services.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "jwtctl/stack/module_file.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kOther = "other";  // has the rules for services without rules of a type
constexpr const char* kAuth = "auth";
constexpr const char* kAccount = "account";
constexpr const char* kSession = "session";
constexpr const char* kOwnerFix = "give it to root, and let only root write it";

// Files of the distribution that many services include. They are not services themselves.
constexpr auto kParts = std::to_array<std::string_view>(
    {"config-util", "fingerprint-auth", "password-auth", "password-auth-ac", "postlogin",
     "postlogin-ac", "smartcard-auth", "system-auth", "system-auth-ac"});

bool IsPart(std::string_view name) {
  return name.starts_with("common-") ||
         std::find(kParts.begin(), kParts.end(), name) != kParts.end();
}

/// Returns the path of a file for the name of a service, or the word behind an include.
std::string PathOf(const HostTree& host, const std::string& name) {
  if (name.starts_with('/')) return name;
  const std::string path = kPamDirectory + name;
  return host.Exists(path) || !host.Exists(kVendorPamDirectory + name) ? path
                                                                       : kVendorPamDirectory + name;
}

/// Reads the files of one stack, and remembers their paths.
class StackFiles {
 public:
  explicit StackFiles(const HostTree& host) : host_(host) {}

  Result<std::string> Read(const std::string& name) {
    const std::string path = PathOf(host_, name);
    paths_.insert(path);
    return host_.Read(path);
  }

  [[nodiscard]] const std::set<std::string>& paths() const { return paths_; }

 private:
  const HostTree& host_;
  std::set<std::string> paths_;
};

/// Reads the services of a host.
class ServiceReader {
 public:
  ServiceReader(const HostTree& host, const VouchedModules& vouched)
      : host_(host), vouched_(vouched) {}

  /// Reads one stack, as if the file of the service had `text` in it.
  [[nodiscard]] Result<ServiceStack> ReadOne(const std::string& name,
                                             const std::string& text) const {
    return ReadStack(name, [&](const std::string& file) -> Result<std::string> {
      if (file == name) return text;
      return host_.Read(PathOf(host_, file));
    });
  }

  PamServices Read() {
    for (const std::string& name : Names()) {
      if (!IsPart(name)) ReadService(name);
    }
    CheckOwners();
    return std::move(services_);
  }

 private:
  [[nodiscard]] std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const char* const directory : {kPamDirectory, kVendorPamDirectory}) {
      for (std::string& name : host_.List(directory)) {
        if (IsServiceName(name) && !IsLeftCopy(name)) names.insert(std::move(name));
      }
    }
    return names;
  }

  [[nodiscard]] Result<ServiceStack> ReadStack(const std::string& name,
                                               const StackReader& read) const {
    Result<std::vector<StackEntry>> auth = ReadRules(name, kAuth, read);
    Result<std::vector<StackEntry>> account = ReadRules(name, kAccount, read);
    Result<std::vector<StackEntry>> session = ReadRules(name, kSession, read);
    for (const auto* const entries : {&auth, &account, &session}) {
      if (!entries->ok()) return entries->error();
    }
    return ServiceStack{name,
                        PathOf(host_, name),
                        std::move(auth).value(),
                        std::move(account).value(),
                        jumps_,
                        std::move(session).value(),
                        HasOwnRules(name, kAuth, read),
                        vouched_,
                        HasOwnRules(name, kAccount, read),
                        HasOwnRules(name, kSession, read)};
  }

  void ReadService(const std::string& name) {
    StackFiles files(host_);
    const StackReader read = [&files](const std::string& file) { return files.Read(file); };
    Result<ServiceStack> stack = ReadStack(name, read);
    if (!stack.ok()) return ReportUnreadable(name, files.paths(), stack.error());
    if (!NamesModuleLikeOurs(stack.value())) return;
    AddModules(stack.value(), read);
    files_.insert(files.paths().begin(), files.paths().end());
    Keep(std::move(stack).value());
  }

  void Keep(ServiceStack stack) {
    if (stack.NamesOurModule()) {
      services_.stacks.push_back(std::move(stack));
    } else if (HasOurModule(stack.session)) {
      services_.session_only.push_back(std::move(stack));
    }
  }

  /// Returns whether a rule names a pam_jwt.so, also one of another directory, which JudgeModules()
  /// reports.
  static bool NamesModuleLikeOurs(const ServiceStack& stack) {
    const auto has_its_name = [](const StackEntry& entry) {
      return entry.kind == StackEntry::Kind::kModule &&
             entry.module.substr(entry.module.rfind('/') + 1) == kModuleName;
    };
    return std::any_of(stack.auth.begin(), stack.auth.end(), has_its_name) ||
           std::any_of(stack.account.begin(), stack.account.end(), has_its_name) ||
           std::any_of(stack.session.begin(), stack.session.end(), has_its_name);
  }

  /// Adds the modules of all types, and those of `other`: libpam loads them too, even if no
  /// application uses them.
  void AddModules(const ServiceStack& stack, const StackReader& read) {
    for (const std::string& service : {stack.service, std::string(kOther)}) {
      for (const char* const type : {kAuth, kAccount, kSession, "password"}) {
        const Result<std::vector<StackEntry>> entries = ReadEntries(service, type, read, names_);
        if (!entries.ok()) continue;
        for (const StackEntry& entry : entries.value()) {
          if (entry.kind != StackEntry::Kind::kModule) continue;
          services_.modules.insert({entry.module, stack.file});
        }
      }
    }
  }

  void ReportUnreadable(const std::string& name, const std::set<std::string>& paths,
                        const Error& error) {
    if (!Mentions(paths)) return;
    services_.findings.push_back(
        {Health::kCritical, "pam.unreadable", PathOf(host_, name),
         "the stack cannot be read: " + error.detail,
         "correct it: until then libpam refuses all users, or ignores a part of it"});
  }

  [[nodiscard]] bool HasOwnRules(const std::string& name, std::string_view type,
                                 const StackReader& read) const {
    const Result<std::vector<StackEntry>> entries = ReadEntries(name, type, read, names_);
    return entries.ok() && !entries.value().empty();
  }

  [[nodiscard]] Result<std::vector<StackEntry>> ReadRules(const std::string& name,
                                                          std::string_view type,
                                                          const StackReader& read) const {
    Result<std::vector<StackEntry>> entries = ReadEntries(name, type, read, names_);
    if (entries.ok() && entries.value().empty() && name != kOther) {
      Result<std::vector<StackEntry>> other = ReadEntries(kOther, type, read, names_);
      if (other.ok()) return other;
    }
    return entries;
  }

  [[nodiscard]] bool Mentions(const std::set<std::string>& paths) const {
    return std::any_of(paths.begin(), paths.end(), [this](const std::string& path) {
      const Result<std::string> text = host_.Read(path);
      return text.ok() && text.value().find("pam_jwt.so") != std::string::npos;
    });
  }

  void CheckOwners() {
    for (const std::string& path : files_) {
      if (!host_.Exists(path)) continue;
      const Status owner = host_.CheckOwner(path);
      if (owner.ok()) continue;
      services_.findings.push_back(
          {Health::kCritical, "file.owner", path, owner.error().detail, kOwnerFix});
    }
  }

  const HostTree& host_;
  const VouchedModules& vouched_;
  const ModuleNames names_ = ModuleNamesOf(host_.Locate(""));
  PamServices services_;
  std::set<std::string> files_;
  // Debian's libpam is patched: in pam_setcred, a jump has no effect on the result.
  SetCredJumps jumps_ =
      host_.Exists("/etc/debian_version") ? SetCredJumps::kAreSilent : SetCredJumps::kAgree;
};

}  // namespace

const ServiceStack* PamServices::Find(std::string_view service) const {
  const auto has_name = [&](const ServiceStack& stack) { return stack.service == service; };
  const auto stands_for = [&](const ServiceStack& stack) {
    return std::any_of(stack.auth.begin(), stack.auth.end(), [&](const StackEntry& entry) {
      const std::string option = "service=" + std::string(service);
      return entry.IsOurModule() && std::count(entry.options.begin(), entry.options.end(), option);
    });
  };
  auto found = std::find_if(stacks.begin(), stacks.end(), has_name);
  if (found == stacks.end()) found = std::find_if(stacks.begin(), stacks.end(), stands_for);
  return found == stacks.end() ? nullptr : &*found;
}

bool PamServices::Asks(std::string_view service) const {
  const ServiceStack* const stack = Find(service);
  return stack != nullptr && stack->AsksForTokens();
}

PamServices ReadPamServices(const HostTree& host, const VouchedModules& vouched) {
  return ServiceReader(host, vouched).Read();
}

Result<ServiceStack> ReadServiceStack(const HostTree& host, const VouchedModules& vouched,
                                      const std::string& service, const std::string& text) {
  return ServiceReader(host, vouched).ReadOne(service, text);
}

}  // namespace pamjwt::ctl
