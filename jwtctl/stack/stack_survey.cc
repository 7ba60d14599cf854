#include "jwtctl/stack/stack_survey.h"

#include <set>
#include <utility>
#include <vector>

#include "core/base/secret.h"
#include "io/bounded_read.h"
#include "jwtctl/host/real_path.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMaxFiles = 64;

class Surveyor {
 public:
  Surveyor(std::string root, const ModuleNames& names) : root_(std::move(root)), names_(names) {}

  StackSurvey Survey(std::string_view text) {
    AddText("", text);
    while (!waiting_.empty()) {
      const std::string name = std::move(waiting_.back());
      waiting_.pop_back();
      if (seen_.contains(name)) continue;
      if (seen_.size() == kMaxFiles) {
        survey_.may_verify = true;
        break;
      }
      seen_.insert(name);
      AddFile(name);
    }
    return survey_;
  }

 private:
  void AddFile(const std::string& name) {
    std::string path = name.starts_with('/') ? name : kPamDirectory + name;
    if (!FindRealPath(root_, path)) path = kVendorPamDirectory + name;
    const Result<SecretString> text = ReadOwnFile(root_ + path, kMaxStackBytes);
    if (text.ok()) return AddText(path, text.value().view());
    survey_.may_verify = true;
  }

  void AddText(const std::string& path, std::string_view text) {
    const Result<std::vector<StackRule>> rules = ParseStack(text, names_);
    if (!rules.ok()) {
      survey_.may_verify = true;
      return;
    }
    for (const StackRule& rule : rules.value()) {
      survey_.has_systemd |= rule.type == "session" && rule.module_name == "pam_systemd.so";
      if (rule.IncludesFile()) {
        waiting_.push_back(rule.target);
      } else if (rule.IsOurModule() && !path.empty()) {
        survey_.with_our_module = path;
      } else if (rule.MayAsk() && !rule.IsOurModule()) {
        survey_.may_verify = true;
      }
    }
  }

  std::string root_;
  const ModuleNames& names_;
  StackSurvey survey_;
  std::vector<std::string> waiting_;
  std::set<std::string> seen_;
};

}  // namespace

StackSurvey SurveyStack(const std::string& root, std::string_view text, const ModuleNames& names) {
  return Surveyor(root, names).Survey(text);
}

}  // namespace pamjwt::ctl
