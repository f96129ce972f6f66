"""What both versions of the API share: settings, the model, the web application around it."""
