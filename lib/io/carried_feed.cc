#include "io/carried_feed.h"

#include <sys/stat.h>

#include "core/denylist/feed.h"
#include "io/replace_file.h"

namespace pamjwt {
namespace {

constexpr mode_t kMode = 0644;

FileRules RulesFor(Owners owners) {
  return {owners, kMaxFeedBytes, Reason::kDenylistDamaged, true};
}

}  // namespace

std::string CarriedFeedPath(const std::string& keys_file) {
  return keys_file.substr(0, keys_file.rfind('/') + 1).append(kCarriedFeedName);
}

Result<std::optional<std::string>> ReadCarriedFeed(const std::string& path, Owners owners) {
  return ReadTrustedFileIfThere(path, RulesFor(owners));
}

bool IsCarriedFeed(const std::string& path, Owners owners, std::string_view text) {
  if (CarriedFeedBytes(path) != text.size()) return false;
  bool is_same = true;
  const Status read = ReadTrustedPieces(path, RulesFor(owners), [&](std::string_view piece) {
    is_same = text.starts_with(piece);
    text.remove_prefix(is_same ? piece.size() : 0);
    return is_same;
  });
  return read.ok() && is_same && text.empty();
}

std::optional<std::size_t> CarriedFeedBytes(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::size_t>(status.st_size);
}

Status WriteCarriedFeed(const std::string& path, std::string_view text) {
  return ReplaceFile(path, text, kMode, AnyText);
}

}  // namespace pamjwt
