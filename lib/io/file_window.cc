#include "io/file_window.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pamjwt {
namespace {

constexpr std::size_t kSmallFile = std::size_t{16} * 1024;

}  // namespace

Result<FileWindow> FileWindow::Open(const std::string& path, const FileRules& rules) {
  Result<OpenedFile> file = OpenTrustedFile(path, rules);
  if (!file.ok()) return std::move(file).error();
  return FileWindow(std::move(file).value(), rules.reason);
}

Result<std::optional<FileWindow>> FileWindow::OpenIfThere(const std::string& path,
                                                          const FileRules& rules) {
  Result<std::optional<OpenedFile>> opened = OpenTrustedFileIfThere(path, rules);
  if (!opened.ok()) return std::move(opened).error();
  std::optional<OpenedFile> file = std::move(opened).value();
  if (!file.has_value()) return std::optional<FileWindow>();
  return std::optional(FileWindow(*std::move(file), rules.reason));
}

Result<std::string_view> FileWindow::Read(std::size_t offset, std::size_t count) {
  count = std::min(count, size() - std::min(offset, size()));
  if (!Has(offset, count)) {
    Status filled = Fill(offset, size() <= kSmallFile ? size() : count);
    if (!filled.ok()) return std::move(filled).error();
  }
  return view().substr(offset - begin_, count);
}

std::string_view FileWindow::Kept(std::size_t offset) const {
  return Has(offset, 0) ? view().substr(offset - begin_) : std::string_view();
}

bool FileWindow::Has(std::size_t offset, std::size_t count) const {
  return offset >= begin_ && offset + count <= begin_ + count_;
}

Status FileWindow::Fill(std::size_t offset, std::size_t count) {
  begin_ = size() <= kSmallFile ? 0 : offset;
  count_ = 0;
  if (count > capacity_) {
    bytes_ = std::make_unique_for_overwrite<char[]>(count);
    capacity_ = count;
  }
  while (count_ < count) {
    const ssize_t got = pread(file_.fd.get(), bytes_.get() + count_, count - count_,
                              static_cast<off_t>(begin_ + count_));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{reason_, "cannot be read"};
    count_ += static_cast<std::size_t>(got);
  }
  return Ok();
}

}  // namespace pamjwt
