#include "io/file_window.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pamjwt {
namespace {

constexpr std::size_t kSmallFile = std::size_t{16} * 1024;

}  // namespace

Result<FileWindow> FileWindow::Open(const std::string& path, const FileRules& rules) {
  Result<UniqueFd> fd = OpenTrustedFile(path, rules);
  if (!fd.ok()) return std::move(fd).error();
  return Of(std::move(fd).value(), path, rules.reason);
}

Result<std::optional<FileWindow>> FileWindow::OpenIfThere(const std::string& path,
                                                          const FileRules& rules) {
  Result<std::optional<UniqueFd>> opened = OpenTrustedFileIfThere(path, rules);
  if (!opened.ok()) return std::move(opened).error();
  std::optional<UniqueFd> fd = std::move(opened).value();
  if (!fd.has_value()) return std::optional<FileWindow>();
  Result<FileWindow> window = Of(*std::move(fd), path, rules.reason);
  if (!window.ok()) return std::move(window).error();
  return std::optional(std::move(window).value());
}

Result<FileWindow> FileWindow::Of(UniqueFd fd, const std::string& path, Reason reason) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return Error{reason, "stat " + path};
  return FileWindow(std::move(fd), static_cast<std::size_t>(status.st_size), reason);
}

Result<std::string_view> FileWindow::Read(std::size_t offset, std::size_t count) {
  count = std::min(count, size_ - std::min(offset, size_));
  if (!Has(offset, count)) {
    Status filled = Fill(offset, size_ <= kSmallFile ? size_ : count);
    if (!filled.ok()) return std::move(filled).error();
  }
  return view().substr(offset - begin_, count);
}

std::string_view FileWindow::Kept(std::size_t offset) const {
  return Has(offset, 0) ? view().substr(offset - begin_) : std::string_view();
}

bool FileWindow::Has(std::size_t offset, std::size_t count) const {
  return offset >= begin_ && offset + count <= begin_ + bytes_.size();
}

Status FileWindow::Fill(std::size_t offset, std::size_t count) {
  begin_ = size_ <= kSmallFile ? 0 : offset;
  bytes_.resize(count);
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got =
        pread(fd_.get(), bytes_.data() + done, count - done, static_cast<off_t>(begin_ + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{reason_, "cannot be read"};
    done += static_cast<std::size_t>(got);
  }
  return Ok();
}

}  // namespace pamjwt
