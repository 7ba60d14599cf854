#include "jwtctl/doctor/module_rules.h"

#include <set>
#include <string>

#include "jwtctl/stack/module_file.h"

namespace pamjwt::ctl {
namespace {

class ModuleJudge {
 public:
  ModuleJudge(const HostTree& host, const PamServices& services)
      : host_(host), services_(services), files_(host.Locate("")) {}

  Findings Judge() {
    for (const NamedModule& module : services_.modules) {
      JudgeModule(module);
    }
    for (const std::string& path : paths_) {
      JudgeOwner(path);
    }
    return std::move(findings_);
  }

 private:
  void JudgeModule(const NamedModule& module) {
    const std::vector<std::string> paths = files_.Find(module.written);
    paths_.insert(paths.begin(), paths.end());
    const std::string file_name = module.written.substr(module.written.rfind('/') + 1);
    if (file_name != kModuleName) {
      const bool is_slip = paths.empty() && file_name.find("jwt") != file_name.npos;
      if (!is_slip) return;
      Add("pam.module_file", module.file,
          module.written + " does not exist: the line that names it fails at each login",
          "if it is to be this module, name it pam_jwt.so");
    } else if (paths.empty()) {
      Add("pam.module_file", module.file,
          module.written + " does not exist: the line that names it fails at each login",
          "install the module, or `jwtctl disable SERVICE`");
    } else if (files_.NameOf(module.written) != kModuleName) {
      Add("pam.foreign_module", module.file,
          module.written + " is not the pam_jwt.so of the directory of PAM modules",
          "name it without a path: pam_jwt.so");
    }
  }

  void JudgeOwner(const std::string& path) {
    const Status owner = host_.CheckOwnerOfWay(path);
    if (owner.ok()) return;
    Add("file.owner", path, owner.error().detail,
        "give it to root, and let only root write it: a user who can write a PAM module gets in");
  }

  void Add(const char* rule, const std::string& where, std::string text, std::string fix) {
    findings_.push_back({Health::kCritical, rule, where, std::move(text), std::move(fix)});
  }

  const HostTree& host_;
  const PamServices& services_;
  ModuleFiles files_;
  std::set<std::string> paths_;
  Findings findings_;
};

}  // namespace

Findings JudgeModules(const HostTree& host, const PamServices& services) {
  return ModuleJudge(host, services).Judge();
}

}  // namespace pamjwt::ctl
