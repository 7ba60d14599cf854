#include "io/fleet_list.h"

#include <utility>

#include "io/denylist_file.h"
#include "io/file.h"
#include "io/file_window.h"

namespace pamjwt {
namespace {

constexpr std::string_view kName = "fleet.jsonl";

FileRules RulesFor(const std::optional<std::string>& denylist) {
  return {OwnersFor(denylist.has_value()), kMaxSortedBytes, Reason::kDenylistDamaged};
}

Error WithPath(const std::string& path, const Error& error) {
  return {error.reason, path + ": " + error.detail};
}

/// The file, for the search.
class FileInParts : public TextInParts {
 public:
  explicit FileInParts(FileWindow file) : file_(std::move(file)) {}

  [[nodiscard]] std::size_t size() const override { return file_.size(); }
  Result<std::string_view> Read(std::size_t offset, std::size_t count) override {
    return file_.Read(offset, count);
  }

 private:
  FileWindow file_;
};

}  // namespace

bool IsStale(const SortedHead& head, UnixTime now) {
  // Neither side can overflow: `expires` is at most kLastSecond.
  return now.seconds >= head.stamp.expires.seconds + kStaleLeeway.count;
}

std::string FleetListPath(const std::optional<std::string>& denylist) {
  const std::string path = denylist.value_or(kDefaultDenylistPath);
  return path.substr(0, path.rfind('/') + 1).append(kName);
}

Result<std::optional<FleetList>> FleetList::Open(const std::optional<std::string>& denylist,
                                                 bool denylist_was_read) {
  std::string path = FleetListPath(denylist);
  FileRules rules = RulesFor(denylist);
  rules.directory_was_checked = denylist_was_read;
  Result<std::optional<FileWindow>> file = FileWindow::OpenIfThere(path, rules);
  if (!file.ok()) return std::move(file).error();
  std::optional<FileWindow> window = std::move(file).value();
  if (!window.has_value()) return std::optional<FleetList>();
  auto text = std::make_unique<FileInParts>(*std::move(window));
  Result<SortedSearch> search = SortedSearch::Begin(*text);
  if (!search.ok()) return WithPath(path, search.error());
  return std::optional(FleetList(std::move(path), std::move(text), std::move(search).value()));
}

Result<std::optional<Denial>> FleetList::Find(std::string_view account, const TokenFacts* token) {
  Result<std::optional<Denial>> found = search_.Find(account, token);
  if (!found.ok()) return WithPath(path_, found.error());
  return found;
}

Result<std::optional<SortedDenials>> ReadFleetList(const std::optional<std::string>& denylist) {
  const std::string path = FleetListPath(denylist);
  const Result<std::optional<std::string>> text = ReadTrustedFileIfThere(path, RulesFor(denylist));
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return std::optional<SortedDenials>();
  Result<SortedDenials> list = ParseSortedDenials(*text.value());
  if (!list.ok()) return WithPath(path, list.error());
  return std::optional(std::move(list).value());
}

}  // namespace pamjwt
