#pragma once

#include <cstddef>
#include <string_view>

#include "http/http.h"

namespace pamjwt::http {

/// Collects the few header fields that matter into a response.
class ResponseHeaders {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;  ///< of all lines together

  explicit ResponseHeaders(HttpResponse& response) : response_(response) {}

  /// One line of the header, with its end. A status line begins anew: what came before was an
  /// interim response. False if there is too much.
  bool Add(std::string_view line);

 private:
  HttpResponse& response_;
  std::size_t bytes_ = 0;
};

/// Nothing but printable ASCII, and no more than kMaxFieldBytes: it may be sent back as it is.
bool IsPlainField(std::string_view value);

}  // namespace pamjwt::http
