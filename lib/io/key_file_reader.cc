#include "io/key_file_reader.h"

#include <algorithm>
#include <utility>

#include "io/file_window.h"

namespace pamjwt {
namespace {

constexpr std::size_t kBlock = 4096;

FileRules RulesFor(Owners owners) {
  return {owners, kMaxKeyFileBytes, Reason::kKeysMissing, true};
}

/// Searches the lines of an open key file.
class KeyFileSearch {
 public:
  explicit KeyFileSearch(FileWindow file) : file_(std::move(file)) {}

  /// Checks the first line.
  Status Begin() {
    Result<std::string_view> head = ReadLine(0);
    if (!head.ok()) return std::move(head).error();
    first_ = head.value().size() + 1;
    return CheckKeyFileHead(head.value());
  }

  /// Parses the lines that begin with `prefix`, at most `most` of them.
  Result<KeyFileEntry> Find(std::string_view prefix, std::size_t most) {
    Result<std::size_t> begin = LowerBound(prefix);
    if (!begin.ok()) return std::move(begin).error();
    KeyFileEntry entry;
    std::size_t lines = 0;
    for (std::size_t at = begin.value(); at < file_.size() && lines < most;) {
      Result<std::string_view> text = ReadLine(at);
      if (!text.ok()) return std::move(text).error();
      at += text.value().size() + 1;
      if (text.value() < prefix) continue;
      if (!text.value().starts_with(prefix)) break;
      Result<KeyLine> parsed = ParseKeyLine(text.value());
      if (!parsed.ok()) return std::move(parsed).error();
      KeyLine line = std::move(parsed).value();
      entry.fetched = std::min(entry.fetched.value_or(line.fetched), line.fetched);
      if (line.key.has_value()) {
        entry.keys.push_back(std::move(*line.key));
      }
      ++lines;
    }
    return entry;
  }

 private:
  static Error Damaged(std::string why) { return {Reason::kKeysMissing, std::move(why)}; }

  /// Returns the beginning of a line. The first line that does not sort before `prefix` is that
  /// line, or begins at most a few blocks behind it.
  Result<std::size_t> LowerBound(std::string_view prefix) {
    std::size_t low = first_;         // lines that begin before it sort before `prefix`
    std::size_t high = file_.size();  // lines that begin from here on do not
    while (high > low && high - low > kBlock) {
      const std::size_t middle = low + (high - low) / 2;
      Result<std::size_t> line = NextLine(middle);
      if (!line.ok()) return line;
      if (line.value() >= high) {
        high = middle + 1;
        continue;
      }
      const Result<std::string_view> begin = file_.Read(line.value(), prefix.size());
      if (!begin.ok()) return begin.error();
      if (begin.value() < prefix) {
        low = line.value();
      } else {
        high = middle + 1;
      }
    }
    return low;
  }

  /// Returns where the first line behind `offset` begins, or the size of the file if there is no
  /// such line.
  Result<std::size_t> NextLine(std::size_t offset) {
    for (std::size_t at = offset; at < file_.size(); at += kBlock) {
      if (at - offset > kMaxKeyLineBytes) return Damaged("a line is too long");
      Result<std::string_view> block = file_.Read(at, kBlock);
      if (!block.ok()) return std::move(block).error();
      const std::size_t end = block.value().find('\n');
      if (end != std::string_view::npos) return at + end + 1;
    }
    return file_.size();
  }

  /// Returns the line that begins at `offset`, without its newline.
  Result<std::string_view> ReadLine(std::size_t offset) {
    Result<std::string_view> bytes = file_.Kept(offset);
    std::size_t end = bytes.value().find('\n');
    for (std::size_t count = kBlock; end == std::string_view::npos; count *= 2) {
      if (count > kMaxKeyLineBytes) return Damaged("a line has no end, or is too long");
      bytes = file_.Read(offset, count);
      if (!bytes.ok()) return bytes;
      end = bytes.value().find('\n');
    }
    return bytes.value().substr(0, end);
  }

  FileWindow file_;
  std::size_t first_ = 0;  // where the second line begins
};

Result<KeyFileEntry> Search(FileWindow file, std::string_view issuer, std::string_view kid) {
  KeyFileSearch search(std::move(file));
  Status begun = search.Begin();
  if (!begun.ok()) return std::move(begun).error();
  const std::string all = KeyLinePrefix(issuer);
  if (kid.empty()) return search.Find(all, kMaxKeysOfIssuer);
  Result<KeyFileEntry> found = search.Find(KeyLinePrefix(issuer, kid), kMaxKeysOfIssuer);
  if (!found.ok() || found.value().fetched.has_value()) return found;
  // The caller needs to know whether the issuer has other keys, and how old they are.
  const Result<KeyFileEntry> others = search.Find(all, 1);
  if (!others.ok()) return others.error();
  return KeyFileEntry{{}, others.value().fetched};
}

}  // namespace

Result<KeyFileEntry> FindInKeyFile(const std::string& path, Owners owners, std::string_view issuer,
                                   std::string_view kid) {
  Result<FileWindow> file = FileWindow::Open(path, RulesFor(owners));
  if (!file.ok()) return std::move(file).error();
  Result<KeyFileEntry> found = Search(std::move(file).value(), issuer, kid);
  if (!found.ok()) return Error{found.error().reason, path + ": " + found.error().detail};
  return found;
}

Status CheckKeyFilePlace(const std::string& path, Owners owners) {
  return CheckPlaceOf(path, RulesFor(owners));
}

Result<std::vector<IssuerKeys>> LoadKeyFile(const std::string& path, Owners owners) {
  Result<std::string> text = ReadTrustedFile(path, RulesFor(owners));
  if (!text.ok()) return std::move(text).error();
  Result<std::vector<IssuerKeys>> issuers = ParseKeyFile(text.value());
  if (!issuers.ok()) return Error{issuers.error().reason, path + ": " + issuers.error().detail};
  return issuers;
}

}  // namespace pamjwt
