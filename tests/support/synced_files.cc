#include "support/synced_files.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace pamjwt::test {
namespace {

SyncedFiles* g_watcher = nullptr;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

SyncedFiles::SyncedFiles() {
  g_watcher = this;
}

SyncedFiles::~SyncedFiles() {
  g_watcher = nullptr;
}

void SyncedFiles::Note(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  ++count_;
  files_[status.st_ino] = ReadAll("/proc/self/fd/" + std::to_string(fd));
}

void SyncedFiles::Restore(const std::string& from, const std::string& into) const {
  for (const auto& entry : std::filesystem::directory_iterator(from)) {
    struct stat status {};
    if (stat(entry.path().c_str(), &status) != 0) continue;
    const auto synced = files_.find(status.st_ino);
    if (synced == files_.end()) continue;
    std::ofstream(std::filesystem::path(into) / entry.path().filename(), std::ios::binary)
        << synced->second;
  }
}

}  // namespace pamjwt::test

// These take the place of the C library's functions, for SQLite too.
// NOLINTBEGIN(readability-identifier-naming): the C library's names
extern "C" __attribute__((visibility("default"))) int fsync(int fd) {
  const int result = static_cast<int>(syscall(SYS_fsync, fd));
  if (pamjwt::test::g_watcher != nullptr) pamjwt::test::g_watcher->Note(fd);
  return result;
}

extern "C" __attribute__((visibility("default"))) int fdatasync(int fd) {
  return fsync(fd);
}
// NOLINTEND(readability-identifier-naming)
