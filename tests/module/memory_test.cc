// After a login, no part of the signature is left in the memory of the process. A token without its
// signature is worth nothing.
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr char kMask = 0x5A;
constexpr std::size_t kPieceBytes = 24;

/// Returns the text in a masked form, which the search does not find.
std::string Masked(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(c ^ kMask);
  }
  return text;
}

/// Returns whether this memory holds the text that was masked. Makes no unmasked copy of it.
bool Holds(const char* memory, std::size_t size, const std::string& masked) {
  const auto is_at = [&](std::size_t at) {
    for (std::size_t i = 0; i < masked.size(); ++i) {
      if (static_cast<char>(memory[at + i] ^ kMask) != masked[i]) return false;
    }
    return true;
  };
  // Only the first byte is searched for unmasked, since memchr is fast.
  std::size_t at = 0;
  while (at + masked.size() <= size) {
    const std::size_t left = size - masked.size() + 1 - at;
    const void* const first = memchr(memory + at, masked.front() ^ kMask, left);
    if (first == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(first) - memory);
    if (is_at(at)) return true;
    ++at;
  }
  return false;
}

/// Returns the lines of /proc/self/maps of the writable memory that holds one of the masked pieces.
std::vector<std::string> FindInMemory(const std::vector<std::string>& masked_pieces) {
  std::ifstream maps("/proc/self/maps");
  std::vector<std::string> found;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> begin >> dash >> end >> rights;
    const bool is_kernels = line.find("[v") != std::string::npos;
    if (!rights.starts_with("rw") || is_kernels) continue;
    for (const std::string& piece : masked_pieces) {
      // NOLINTNEXTLINE(performance-no-int-to-ptr): the address was read as a number
      if (Holds(reinterpret_cast<const char*>(begin), end - begin, piece)) found.push_back(line);
    }
  }
  return found;
}

/// Returns the pieces of the signature, as text and decoded.
std::vector<std::string> MaskedPieces(const std::string& token) {
  const Bytes signature = SignatureOf(token);
  const std::string encoded = token.substr(token.rfind('.') + 1);
  const std::string decoded(AsText(signature));
  std::vector<std::string> pieces;
  for (const std::string& text : {encoded, decoded}) {
    for (std::size_t at = 0; at + kPieceBytes <= text.size(); at += kPieceBytes) {
      pieces.push_back(Masked(text.substr(at, kPieceBytes)));
    }
  }
  return pieces;
}

/// Makes the token in a process of its own, whose memory is gone when it ends. Returns the masked
/// token and then its masked pieces.
std::vector<std::string> MakeElsewhere(const LoginAttempt& attempt, const Sandbox& sandbox) {
  const std::string path = sandbox.Path("masked");
  const pid_t child = fork();
  if (child == 0) {
    const std::string token = attempt.Token();
    std::ofstream file(path, std::ios::binary);
    const auto write = [&](const std::string& text) {
      const std::size_t size = text.size();
      file.write(reinterpret_cast<const char*>(&size), sizeof size);
      file.write(text.data(), static_cast<std::streamsize>(size));
    };
    write(Masked(token));
    for (const std::string& piece : MaskedPieces(token)) {
      write(piece);
    }
    file.flush();
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> texts;
  std::size_t size = 0;
  while (file.read(reinterpret_cast<char*>(&size), sizeof size)) {
    std::string text(size, '\0');
    file.read(text.data(), static_cast<std::streamsize>(size));
    texts.push_back(text);
  }
  return texts;
}

/// Returns the masked token in parts of the length that ssh sends.
std::vector<Answer> MaskedParts(const std::string& masked_token) {
  constexpr std::size_t kPart = 1023;
  std::vector<Answer> parts;
  for (std::size_t at = 0; at < masked_token.size(); at += kPart) {
    parts.emplace_back(masked_token.substr(at, kPart));
    parts.back().mask = kMask;
  }
  return parts;
}

struct MemoryCase {
  const char* name;
  Algorithm algorithm;
  void (*change)(LoginAttempt&);
  int code;
};

void PrintTo(const MemoryCase& memory, std::ostream* out) {
  *out << memory.name;
}

constexpr MemoryCase kCases[] = {
    {"AcceptedRs256", Algorithm::kRs256, [](LoginAttempt&) {}, PAM_SUCCESS},
    {"AcceptedPs256", Algorithm::kPs256, [](LoginAttempt&) {}, PAM_SUCCESS},
    {"AcceptedEs256", Algorithm::kEs256, [](LoginAttempt&) {}, PAM_SUCCESS},
    {"AcceptedEdDsa", Algorithm::kEdDsa, [](LoginAttempt&) {}, PAM_SUCCESS},
    {"AcceptedHs256", Algorithm::kHs256, [](LoginAttempt&) {}, PAM_SUCCESS},
    {"Expired", Algorithm::kRs256, [](LoginAttempt& a) { a.SetDate("exp", -600); }, PAM_AUTH_ERR},
    {"Forged", Algorithm::kRs256,
     [](LoginAttempt& a) { a.key = &TestKey::OtherFor(Algorithm::kRs256); }, PAM_AUTH_ERR},
    {"KeyUnknown", Algorithm::kEs256, [](LoginAttempt& a) { a.header.Set("kid", "\"other\""); },
     PAM_AUTH_ERR},
    {"TooLong", Algorithm::kRs256, [](LoginAttempt& a) { a.login.Set("max_token_bytes", "256"); },
     PAM_AUTH_ERR},
};

class MemoryTest : public testing::TestWithParam<MemoryCase> {
 protected:
  MemoryTest() {
    attempt_.claims.Set("padding", QuoteJson(std::string(1000, 'x')));
    attempt_.SignBy(GetParam().algorithm);
    GetParam().change(attempt_);
    Install(sandbox_, attempt_);
    masked_ = MakeElsewhere(attempt_, sandbox_);
    pieces_.assign(masked_.begin() + 1, masked_.end());
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
  std::vector<std::string> masked_;
  std::vector<std::string> pieces_;
};

TEST_P(MemoryTest, NothingOfTheTokenIsLeftInMemory) {
  ASSERT_GE(pieces_.size(), 2U);
  ASSERT_EQ(FindInMemory(pieces_), std::vector<std::string>());
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare(MaskedParts(masked_.front()));
  EXPECT_EQ(session.Authenticate(), GetParam().code);
  EXPECT_EQ(FindInMemory(pieces_), std::vector<std::string>());
}

// Shows that the search can find something.
TEST_P(MemoryTest, TheSearchFindsAnAnswerThatIsInMemory) {
  auto reply = std::make_unique<std::string>(Masked(masked_.front()));
  EXPECT_NE(FindInMemory(pieces_), std::vector<std::string>());
  explicit_bzero(reply->data(), reply->size());
  EXPECT_EQ(FindInMemory(pieces_), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Module, MemoryTest, testing::ValuesIn(kCases), kCaseName);

}  // namespace
}  // namespace pamjwt::test
