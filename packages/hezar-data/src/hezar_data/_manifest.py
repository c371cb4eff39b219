"""What this distribution registers; `None` for a module says that only its config is known to this version."""

from hezar_registry import Entry

_CONFIGS = "hezar_data.configs"

MANIFEST = [
    Entry(
        kind="preprocessor",
        name="wordpiece_tokenizer",
        config=f"{_CONFIGS}.tokenizers:WordPieceConfig",
        module="hezar_data.tokenizers.wordpiece:WordPieceTokenizer",
        description="WordPiece tokenizer, as BERT uses it",
    ),
    Entry(
        kind="preprocessor",
        name="bpe_tokenizer",
        config=f"{_CONFIGS}.tokenizers:BPEConfig",
        description="Byte-level BPE tokenizer, as RoBERTa and GPT-2 use it",
    ),
    Entry(
        kind="preprocessor",
        name="sentencepiece_bpe_tokenizer",
        config=f"{_CONFIGS}.tokenizers:SentencePieceBPEConfig",
        description="BPE tokenizer over whole sentences",
    ),
    Entry(
        kind="preprocessor",
        name="sentencepiece_unigram_tokenizer",
        config=f"{_CONFIGS}.tokenizers:SentencePieceUnigramConfig",
        description="Unigram tokenizer over whole sentences, as T5 uses it",
    ),
    Entry(
        kind="preprocessor",
        name="whisper_bpe_tokenizer",
        config=f"{_CONFIGS}.tokenizers:WhisperBPEConfig",
        description="Whisper's tokenizer, with tokens for language, task and time",
    ),
    Entry(
        kind="preprocessor",
        name="text_normalizer",
        config=f"{_CONFIGS}.text_normalizer:TextNormalizerConfig",
        module="hezar_data.preprocessors.text_normalizer:TextNormalizer",
        description="Unicode normal forms and replacements of patterns",
        aliases=("normalizer",),
    ),
    Entry(
        kind="preprocessor",
        name="image_processor",
        config=f"{_CONFIGS}.images:ImageProcessorConfig",
        module="hezar_data.images.image_processor:ImageProcessor",
        description="From pictures to pixel values: resize, rescale, normalise, mirror, gray",
    ),
    Entry(
        kind="preprocessor",
        name="craft_image_processor",
        config=f"{_CONFIGS}.images:CraftImageProcessorConfig",
        module="hezar_data.images.craft_image_processor:CraftImageProcessor",
        description="Image processor of the CRAFT text detector",
    ),
    Entry(
        kind="preprocessor",
        name="whisper_feature_extractor",
        config=f"{_CONFIGS}.audio:WhisperFeatureExtractorConfig",
        module="hezar_data.audio.whisper:WhisperFeatureExtractor",
        description="Whisper's log-mel spectrogram",
    ),
    Entry(
        kind="preprocessor",
        name="sentence_splitter",
        config=f"{_CONFIGS}.words:SentenceSplitterConfig",
        module="hezar_data.words.sentence_splitter:SentenceSplitter",
        description="Cuts Persian texts into sentences",
    ),
    Entry(
        kind="preprocessor",
        name="word_tokenizer",
        config=f"{_CONFIGS}.words:WordTokenizerConfig",
        module="hezar_data.words.word_tokenizer:WordTokenizer",
        description="Cuts Persian texts into words, numbers, addresses, emoji and punctuation",
    ),
    Entry(
        kind="preprocessor",
        name="stemmer",
        config=f"{_CONFIGS}.words:StemmerConfig",
        module="hezar_data.words.stemmer:Stemmer",
        description="Takes the inflectional endings off Persian words",
    ),
    Entry(
        kind="preprocessor",
        name="lemmatizer",
        config=f"{_CONFIGS}.words:LemmatizerConfig",
        module="hezar_data.words.lemmatizer:Lemmatizer",
        description="Finds the dictionary forms of Persian words, written and spoken",
    ),
    Entry(
        kind="dataset",
        name="text_classification",
        config=f"{_CONFIGS}.datasets:TextClassificationDatasetConfig",
        module="hezar_data.datasets.text_classification:TextClassificationDataset",
        description="Texts with one label each",
        task="text_classification",
    ),
    Entry(
        kind="dataset",
        name="sequence_labeling",
        config=f"{_CONFIGS}.datasets:SequenceLabelingDatasetConfig",
        description="Lists of words with one tag per word",
        task="sequence_labeling",
    ),
    Entry(
        kind="dataset",
        name="text_summarization",
        config=f"{_CONFIGS}.datasets:TextSummarizationDatasetConfig",
        description="Texts with their summaries",
        task="text_generation",
    ),
    Entry(
        kind="dataset",
        name="ocr",
        config=f"{_CONFIGS}.datasets:OCRDatasetConfig",
        description="Pictures with the text on them",
        task="image2text",
    ),
    Entry(
        kind="dataset",
        name="image_captioning",
        config=f"{_CONFIGS}.datasets:ImageCaptioningDatasetConfig",
        description="Pictures with a caption each",
        task="image2text",
    ),
    Entry(
        kind="dataset",
        name="speech_recognition",
        config=f"{_CONFIGS}.datasets:SpeechRecognitionDatasetConfig",
        description="Sounds with the words spoken in them",
        task="speech_recognition",
    ),
]
