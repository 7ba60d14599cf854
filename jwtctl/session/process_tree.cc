#include "jwtctl/session/process_tree.h"

#include <utility>

namespace pamjwt::ctl {

ProcessTree::ProcessTree(std::vector<ProcessStat> processes) : processes_(std::move(processes)) {
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    indexes_.emplace(processes_[i].id.pid, i);
  }
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    AddBelow(processes_[i].parent, i);
    if (processes_[i].session != processes_[i].parent) AddBelow(processes_[i].session, i);
  }
}

const ProcessStat* ProcessTree::Find(const ProcessIdentity& id) const {
  const ProcessStat* const found = Find(id.pid);
  return found != nullptr && found->id == id ? found : nullptr;
}

const ProcessStat* ProcessTree::Find(std::int64_t pid) const {
  const std::optional<std::size_t> index = IndexOf(pid);
  return index.has_value() ? &processes_[*index] : nullptr;
}

std::vector<ProcessStat> ProcessTree::WithAllBelow(
    const std::vector<ProcessIdentity>& roots) const {
  std::vector<ProcessStat> found;
  std::vector<bool> is_found(processes_.size());
  const auto add = [&](std::size_t index) {
    if (!is_found[index]) found.push_back(processes_[index]);
    is_found[index] = true;
  };
  for (const ProcessIdentity& root : roots) {
    if (Find(root) != nullptr) add(indexes_.at(root.pid));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto below = below_.find(found[i].id.pid);
    if (below == below_.end()) continue;
    for (const std::size_t index : below->second) {
      add(index);
    }
  }
  return found;
}

std::vector<ProcessIdentity> ProcessTree::WithAllAbove(std::int64_t pid) const {
  std::vector<ProcessIdentity> found;
  std::vector<bool> is_found(processes_.size());
  const auto add = [&](std::int64_t above) {
    const std::optional<std::size_t> index = IndexOf(above);
    if (!index.has_value() || is_found[*index]) return;
    is_found[*index] = true;
    found.push_back(processes_[*index].id);
  };
  add(pid);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const ProcessStat& process = processes_[indexes_.at(found[i].pid)];
    add(process.parent);
    add(process.session);
  }
  return found;
}

std::optional<std::size_t> ProcessTree::IndexOf(std::int64_t pid) const {
  const auto found = indexes_.find(pid);
  return found == indexes_.end() ? std::nullopt : std::optional(found->second);
}

void ProcessTree::AddBelow(std::int64_t pid, std::size_t index) {
  const ProcessStat* const above = Find(pid);
  const ProcessIdentity& id = processes_[index].id;
  if (above == nullptr || above->id.pid == id.pid || above->id.start > id.start) return;
  below_[pid].push_back(index);
}

}  // namespace pamjwt::ctl
