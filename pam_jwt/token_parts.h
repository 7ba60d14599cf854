#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace pamjwt {

/// Returns the lengths, in bytes, at which the programs of a PAM service cut an answer off. An
/// answer of exactly one of these lengths may go on. There are no lengths for services whose client
/// sends an answer of any length in one piece, or repeats one answer to every prompt.
///
/// `parts` is the option of the PAM line: with false there are no lengths, and with true a service
/// without lengths has those of libpam.
std::span<const std::size_t> CutLengths(std::string_view service,
                                        std::optional<bool> parts = std::nullopt);

/// Puts a token together from the answers to several prompts.
///
/// The length of an answer alone decides whether to ask for more. Looking into it would show an
/// attacker which users exist: for users that it refused, sshd answers with junk of the same
/// length.
class TokenParts {
 public:
  /// Asks for more after an answer of one of `cut_lengths`, which must outlive this object. Asks
  /// for no more than `max_bytes`. The decision refuses a longer token.
  TokenParts(std::span<const std::size_t> cut_lengths, std::size_t max_bytes)
      : cut_lengths_(cut_lengths), max_bytes_(max_bytes) {}

  /// Takes an answer. Returns whether the token may go on in another answer.
  bool Add(std::string_view answer);

  [[nodiscard]] bool empty() const { return parts_ == 0; }

  /// Returns the prompt for the next part, which is `first` for the first.
  [[nodiscard]] std::string Prompt(const std::string& first) const;

  /// Returns the token. If all answers were the same, they count once, since some programs repeat
  /// one answer.
  SecretString Take() &&;

 private:
  std::span<const std::size_t> cut_lengths_;
  std::size_t max_bytes_;
  SecretString text_;
  std::size_t parts_ = 0;
  std::size_t first_size_ = 0;
  bool all_same_ = true;
};

}  // namespace pamjwt
