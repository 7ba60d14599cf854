#include "jwtctl/stack/stack_entries.h"

#include <algorithm>
#include <utility>

namespace pamjwt::ctl {
namespace {

using Kind = StackEntry::Kind;

constexpr std::string_view kAtInclude = "@include";
// How deep files may include each other. libpam 1.5 has no limit, and crashes if a file includes
// itself.
constexpr std::size_t kMostFiles = 16;

Error Refuse(const std::string& file, const std::string& why) {
  return {Reason::kConfigInvalid, file + ": " + why};
}

/// Collects the rules of one type in order, file by file.
class Collector {
 public:
  Collector(std::string_view type, const StackReader& read, const ModuleNames& names)
      : type_(type), read_(read), names_(names) {}

  /// Adds the rules of a file. `has_type` says whether one of the rules that led to it names a
  /// type.
  Status Collect(const std::string& file, std::string_view text, std::size_t level, bool has_type) {
    const Result<std::vector<StackRule>> rules = ParseStack(text, names_);
    if (!rules.ok()) return Refuse(file, rules.error().detail);
    ++depth_;
    for (const StackRule& rule : rules.value()) {
      if (rule.type != type_ && rule.type != kAtInclude) continue;
      if (entries_.size() >= kMaxStackEntries) {
        return Refuse(file, "leads to more than " + std::to_string(kMaxStackEntries) + " rules");
      }
      Status added = Add(rule, file, level, has_type || rule.type != kAtInclude);
      if (!added.ok()) return added;
    }
    --depth_;
    return Ok();
  }

  std::vector<StackEntry> Take() && { return std::move(entries_); }

 private:
  Status Add(const StackRule& rule, const std::string& file, std::size_t level, bool has_type) {
    StackEntry entry{Kind::kModule,    level,        {},   rule.target,
                     rule.module_name, rule.options, file, rule.line};
    if (!rule.IncludesFile()) {
      entry.actions = ParseControl(rule.control);
      entries_.push_back(std::move(entry));
      return Ok();
    }
    const bool is_substack = rule.control == "substack";
    if (is_substack) {
      entry.kind = Kind::kSubstack;
      entries_.push_back(entry);
    }
    if (depth_ == kMostFiles) return Refuse(file, "is included too deeply, or includes itself");
    const Result<std::string> text = read_(rule.target);
    if (text.ok()) {
      return Collect(rule.target, text.value(), level + (is_substack ? 1 : 0), has_type);
    }
    // Where a type is named, libpam lets this rule alone fail, and goes on.
    if (!has_type) return text.error();
    entry.kind = Kind::kMustFail;
    entries_.push_back(std::move(entry));
    return Ok();
  }

  std::string_view type_;
  const StackReader& read_;
  const ModuleNames& names_;
  std::vector<StackEntry> entries_;
  std::size_t depth_ = 0;
};

}  // namespace

bool StackEntry::IsOurModule() const {
  return kind == Kind::kModule && name == kModuleName;
}

std::string StackEntry::Place() const {
  return file + ":" + std::to_string(line + 1);
}

bool HasOurModule(const std::vector<StackEntry>& entries) {
  return std::any_of(entries.begin(), entries.end(),
                     [](const StackEntry& entry) { return entry.IsOurModule(); });
}

Result<std::vector<StackEntry>> ReadEntries(const std::string& service, std::string_view type,
                                            const StackReader& read, const ModuleNames& names) {
  const Result<std::string> text = read(service);
  if (!text.ok()) return text.error();
  Collector collector(type, read, names);
  Status collected = collector.Collect(service, text.value(), 0, false);
  if (!collected.ok()) return std::move(collected).error();
  return std::move(collector).Take();
}

}  // namespace pamjwt::ctl
