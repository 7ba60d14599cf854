#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "http/http.h"

namespace pamjwt::http {

/// Puts a response together from the pieces that arrive, within bounds.
class ResponseBuilder {
 public:
  /// The greatest length of all header lines together, also of interim responses, in bytes.
  static constexpr std::size_t kMaxHeaderBytes = std::size_t{64} * 1024;

  /// Builds a response whose body has at most `max_body_bytes`.
  explicit ResponseBuilder(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  /// Takes one line of the header, with its end, and keeps the few fields that HttpResponse has.
  /// After a status line, no line before it counts: those belonged to an interim response. Fields
  /// behind the body (trailers) do not count, nor do values that are not plain (see IsPlainField).
  /// Errors: kKeysMissing if the header is too long.
  Status AddHeader(std::string_view line);

  /// Takes a piece of the body, after decompression. Errors: kKeysMissing if the body is too long.
  Status AddBody(std::string_view bytes);

  /// Returns the response so far, and forgets it.
  HttpResponse Take() { return std::exchange(response_, {}); }

 private:
  /// Notes the value of Content-Length.
  void NoteLength(std::string_view value);

  std::size_t max_body_bytes_;
  std::size_t header_bytes_ = 0;
  std::size_t announced_bytes_ = 0;  // the length of the body, if the server says it
  HttpResponse response_;
};

/// Checks whether a value has at most kMaxFieldBytes, all of them printable ASCII. If so, it may be
/// sent back as it is.
bool IsPlainField(std::string_view value);

}  // namespace pamjwt::http
