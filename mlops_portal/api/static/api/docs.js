"use strict";

// Draws the description of the API. What is tried here is sent with the session of whoever is signed in.
const place = document.getElementById("docs");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET" && !request.headers.Authorization) {
      request.headers[place.dataset.csrfHeader] = place.dataset.csrfToken;
    }
    return request;
  },
});
