#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/keys/key_file.h"
#include "fuzz/property.h"
#include "io/key_file_reader.h"
#include "support/temp_dir.h"

namespace pamjwt::test {
namespace {

void CheckLine(std::string_view text) {
  const Result<KeyLine> line = ParseKeyLine(text);
  if (!line.ok()) return;
  Require(text.starts_with(KeyLinePrefix(line.value().issuer, line.value().kid)),
          "a line begins with what is looked for");
  Require(line.value().key.has_value() == line.value().skipped.empty(),
          "a key is there, or the reason why not");
}

void CheckLines(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    CheckLine(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

/// Checks that a key file is read back as it was written.
void CheckWriter(const std::vector<IssuerKeys>& issuers) {
  const Result<std::string> text = FormatKeyFile(issuers);
  Require(text.ok(), "what was read can be written");
  const Result<std::vector<IssuerKeys>> again = ParseKeyFile(text.value());
  Require(again.ok(), "what was written can be read");
  Require(FormatKeyFile(again.value()).value() == text.value(), "it reads back");
}

std::size_t CountKid(const IssuerKeys& issuer, const std::string& kid) {
  const auto has_kid = [&](const Jwk& key) { return key.kid == kid; };
  return static_cast<std::size_t>(std::count_if(issuer.keys.begin(), issuer.keys.end(), has_kid));
}

/// Checks that the search finds the same keys as a reader of the whole file.
void CheckSearch(const std::string& path, const IssuerKeys& issuer) {
  const auto find = [&](const std::string& kid) {
    const Result<KeyFileEntry> entry = FindInKeyFile(path, Owners{geteuid()}, issuer.issuer, kid);
    Require(entry.ok(), "a file that can be read can be searched");
    return entry.value();
  };
  const KeyFileEntry all = find("");
  Require(all.fetched == issuer.fetched, "the search finds the issuer");
  Require(all.keys.size() == issuer.keys.size(), "the search finds all keys of an issuer");
  if (issuer.keys.empty() || issuer.keys.back().kid.empty()) return;
  const std::string& kid = issuer.keys.back().kid;
  Require(find(kid).keys.size() == CountKid(issuer, kid), "the search finds the keys of a kid");
}

void Check(std::string_view text) {
  CheckLines(text);
  static const TempDir directory;
  const std::string path = directory.Write("keys.jsonl", text);
  const Result<std::vector<IssuerKeys>> issuers = ParseKeyFile(text);
  if (issuers.ok()) {
    CheckWriter(issuers.value());
    // Only some issuers are tried, to be quick.
    for (std::size_t i = 0; i < issuers.value().size(); i += 1 + issuers.value().size() / 4) {
      CheckSearch(path, issuers.value()[i]);
    }
  } else {
    // Any result will do: the search reads less of the file, and may find it good.
    const Result<KeyFileEntry> entry =
        FindInKeyFile(path, Owners{geteuid()}, "https://a.example", "k1");
    Require(!entry.ok() || entry.value().keys.size() <= kMaxKeysOfIssuer, "the search is bounded");
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
